CREATE TABLE "refused_numbers" (
	"phone_number" text NOT NULL,
	"channel" text NOT NULL,
	"refusal" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "refused_numbers_phone_number_channel_pk" PRIMARY KEY("phone_number","channel")
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "channel" text DEFAULT 'SMS' NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "country" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "ruled_out" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "verified_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "price" numeric;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "price_currency" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "price_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "otp_challenges" ADD COLUMN "channel" text DEFAULT 'SMS' NOT NULL;--> statement-breakpoint
CREATE INDEX "refused_numbers_expires_at" ON "refused_numbers" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "messages_challenge_id" ON "messages" USING btree ("challenge_id");--> statement-breakpoint
CREATE INDEX "messages_price_due" ON "messages" USING btree ("price_due_at") WHERE "messages"."price_due_at" IS NOT NULL;