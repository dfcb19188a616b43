CREATE TABLE "rate_budgets" (
	"key" text PRIMARY KEY NOT NULL,
	"slot_length" integer NOT NULL,
	"newest" bigint NOT NULL,
	"counts" integer[] NOT NULL,
	"max" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_kind";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "epoch" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "signing_keys" ADD COLUMN "token_ttl" integer DEFAULT 86400 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "session_epoch" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX "rate_budgets_over" ON "rate_budgets" USING btree ((("newest" + 13) * "slot_length"));--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_kind" CHECK ("audit_events"."kind" in ('refresh_token_reused', 'password_changed', 'sessions_ended', 'signing_key_rotated'));