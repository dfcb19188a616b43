CREATE TABLE "rate_budgets" (
	"key" text PRIMARY KEY NOT NULL,
	"slot_length" integer NOT NULL,
	"newest" bigint NOT NULL,
	"counts" integer[] NOT NULL,
	"max" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"user_id" uuid NOT NULL,
	"slot" integer NOT NULL,
	"id" uuid NOT NULL,
	"epoch" integer NOT NULL,
	"last_signed_in_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "devices_user_id_slot_pk" PRIMARY KEY("user_id","slot")
);
--> statement-breakpoint
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
DROP INDEX "messages_queued";--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "attempts" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "next_attempt_at" timestamp (3) with time zone DEFAULT now() + interval '30 seconds' NOT NULL;--> statement-breakpoint
ALTER TABLE "otp_challenges" ADD COLUMN "device_attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "otp_challenges" ADD COLUMN "counted_under" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "epoch" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "device_id" uuid;--> statement-breakpoint
ALTER TABLE "signing_keys" ADD COLUMN "token_ttl" integer DEFAULT 86400 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "session_epoch" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rate_budgets_over" ON "rate_budgets" USING btree ((("newest" + 13) * "slot_length"));--> statement-breakpoint
CREATE INDEX "devices_last_signed_in_at" ON "devices" USING btree ("last_signed_in_at");--> statement-breakpoint
CREATE INDEX "proof_counters_at" ON "proof_counters" USING btree ("at");--> statement-breakpoint
CREATE INDEX "proof_counters_suspicious" ON "proof_counters" USING btree ("at") WHERE "proof_counters"."key" LIKE 'range:%' AND "proof_counters"."score" + "proof_counters"."pending" > 0.5;--> statement-breakpoint
CREATE INDEX "send_pauses_until" ON "send_pauses" USING btree ("paused_until");--> statement-breakpoint
CREATE INDEX "messages_due" ON "messages" USING btree ("next_attempt_at") WHERE "messages"."status" = 'queued';--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_kind" CHECK ("audit_events"."kind" in ('refresh_token_reused', 'password_changed', 'sessions_ended', 'signing_key_rotated', 'sends_paused', 'pause_lifted'));