CREATE TABLE "proof_counters" (
	"key" text PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"half_life" integer NOT NULL,
	"send_window" integer NOT NULL,
	"sent" double precision NOT NULL,
	"proved" double precision NOT NULL,
	"pending" double precision NOT NULL,
	"score" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "send_pauses" (
	"key" text PRIMARY KEY NOT NULL,
	"paused_at" timestamp (3) with time zone NOT NULL,
	"paused_until" timestamp (3) with time zone NOT NULL,
	"strikes" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_kind";--> statement-breakpoint
ALTER TABLE "otp_challenges" ADD COLUMN "counted_under" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX "proof_counters_at" ON "proof_counters" USING btree ("at");--> statement-breakpoint
CREATE INDEX "proof_counters_suspicious" ON "proof_counters" USING btree ("at") WHERE "proof_counters"."key" LIKE 'range:%' AND "proof_counters"."score" + "proof_counters"."pending" > 0.5;--> statement-breakpoint
CREATE INDEX "send_pauses_until" ON "send_pauses" USING btree ("paused_until");--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_kind" CHECK ("audit_events"."kind" in ('refresh_token_reused', 'password_changed', 'sessions_ended', 'sends_paused', 'pause_lifted'));