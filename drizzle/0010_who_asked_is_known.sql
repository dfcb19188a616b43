CREATE TABLE "failure_counts" (
	"key" text NOT NULL,
	"slot" bigint NOT NULL,
	"failures" integer NOT NULL,
	CONSTRAINT "failure_counts_key_slot_pk" PRIMARY KEY("key","slot")
);
--> statement-breakpoint
ALTER TABLE "otp_challenges" ADD COLUMN "token_attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "otp_challenges" ADD COLUMN "sends" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "otp_challenges" ADD COLUMN "first_guesses" integer[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX "failure_counts_slot" ON "failure_counts" USING btree ("slot");