CREATE TABLE "route_facts" (
	"channel" text NOT NULL,
	"country" text NOT NULL,
	"provider" text NOT NULL,
	"memory" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"tries" double precision NOT NULL,
	"verified" double precision NOT NULL,
	"owner_tries" double precision NOT NULL,
	"owner_verified" double precision NOT NULL,
	"cost" double precision NOT NULL,
	"priced" double precision NOT NULL,
	"told" double precision NOT NULL,
	CONSTRAINT "route_facts_channel_country_provider_memory_pk" PRIMARY KEY("channel","country","provider","memory")
);
--> statement-breakpoint
CREATE TABLE "route_watch" (
	"id" integer PRIMARY KEY NOT NULL,
	"counted_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "route" text[];--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "lost_by" text[] DEFAULT '{}' NOT NULL;