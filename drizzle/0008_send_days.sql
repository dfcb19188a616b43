CREATE TABLE "send_days" (
	"day" date NOT NULL,
	"country" text NOT NULL,
	"provider" text NOT NULL,
	"channel" text NOT NULL,
	"sent" integer NOT NULL,
	"delivered" integer NOT NULL,
	"failed" integer NOT NULL,
	"verified" integer NOT NULL,
	"priced" integer NOT NULL,
	"money" numeric NOT NULL,
	"currency" text NOT NULL,
	CONSTRAINT "send_days_day_country_provider_channel_pk" PRIMARY KEY("day","country","provider","channel")
);
