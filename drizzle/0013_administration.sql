-- Where `users` or `audit_events` is large, make their indexes before the update: docs/production.md, "Large tables".
CREATE TABLE "audit_failures" (
	"quarter" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"proof" text NOT NULL,
	"subject" text NOT NULL,
	"count" integer NOT NULL,
	"ip_address" text,
	"last_at" timestamp (3) with time zone NOT NULL,
	"locked_until" timestamp (3) with time zone,
	CONSTRAINT "audit_failures_quarter_kind_proof_subject_pk" PRIMARY KEY("quarter","kind","proof","subject")
);
--> statement-breakpoint
CREATE TABLE "blocked_destinations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"reason" text NOT NULL,
	"until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by_id" uuid
);
--> statement-breakpoint
CREATE TABLE "event_deliveries" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"next_position" bigint NOT NULL,
	"latest_position" bigint NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "event_stream" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"wanted_until" timestamp (3) with time zone NOT NULL,
	"delivered_until" timestamp (3) with time zone,
	CONSTRAINT "event_stream_only" CHECK ("event_stream"."only")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "events_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"user_id" uuid NOT NULL,
	"session_id" uuid,
	"at" timestamp (3) with time zone NOT NULL,
	"position" bigint,
	"published_at" timestamp (3) with time zone,
	CONSTRAINT "events_known_kind" CHECK ("events"."kind" in ('user.created', 'user.phone_verified', 'user.updated', 'user.number_changed', 'user.locked', 'user.deleted', 'session.started', 'session.ended'))
);
--> statement-breakpoint
CREATE TABLE "code_requests" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "code_requests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone NOT NULL,
	"number" text NOT NULL,
	"purpose" text NOT NULL,
	"channel" text NOT NULL,
	"result" text NOT NULL,
	"reason" text,
	"budget" text,
	"retry_after_seconds" integer,
	"message_id" uuid,
	"request_id" text,
	"ip_address" text
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_kind";--> statement-breakpoint
ALTER TABLE "users" DROP CONSTRAINT "users_role";--> statement-breakpoint
DROP INDEX "users_phone_number";--> statement-breakpoint
ALTER TABLE "audit_events" ALTER COLUMN "id" SET DEFAULT gen_random_uuid();--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "actor_kind" text DEFAULT 'USER' NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "actor_id" uuid;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "device_known" boolean;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "user_agent" text;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "request_id" text;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "phone_number" text;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "count" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "provider_message" text;--> statement-breakpoint
ALTER TABLE "send_pauses" ADD COLUMN "evidence" jsonb;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "imported_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "locked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "lock_reason" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "locked_until" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "audit_failures_subject" ON "audit_failures" USING btree ("subject");--> statement-breakpoint
CREATE UNIQUE INDEX "blocked_destinations_key" ON "blocked_destinations" USING btree ("key");--> statement-breakpoint
CREATE INDEX "blocked_destinations_created_at" ON "blocked_destinations" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "blocked_destinations_until" ON "blocked_destinations" USING btree ("until") WHERE "blocked_destinations"."until" is not null;--> statement-breakpoint
CREATE INDEX "event_deliveries_due" ON "event_deliveries" USING btree ("next_attempt_at") WHERE "event_deliveries"."next_attempt_at" is not null;--> statement-breakpoint
CREATE INDEX "event_deliveries_latest" ON "event_deliveries" USING btree ("latest_position");--> statement-breakpoint
CREATE INDEX "events_unpublished" ON "events" USING btree ("seq") WHERE "events"."position" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "events_position" ON "events" USING btree ("position") WHERE "events"."position" is not null;--> statement-breakpoint
CREATE INDEX "events_user" ON "events" USING btree ("user_id","position") WHERE "events"."position" is not null;--> statement-breakpoint
CREATE INDEX "events_kind" ON "events" USING btree ("kind","position") WHERE "events"."position" is not null;--> statement-breakpoint
CREATE INDEX "code_requests_number" ON "code_requests" USING btree ("number","at");--> statement-breakpoint
CREATE INDEX "code_requests_at" ON "code_requests" USING btree ("at");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_rare_kind" ON "audit_events" USING btree ("kind","at") WHERE "audit_events"."kind" not in ('signed_in', 'sessions_ended', 'sign_in_failed');--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_actor" ON "audit_events" USING btree ("actor_id","at") WHERE "audit_events"."actor_id" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_ip_address" ON "audit_events" USING btree ("ip_address","at") WHERE "audit_events"."ip_address" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_request_id" ON "audit_events" USING btree ("request_id") WHERE "audit_events"."request_id" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_events_phone_number" ON "audit_events" USING btree ("phone_number","at") WHERE "audit_events"."phone_number" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_phone_number_bytes" ON "users" USING btree ("phone_number" text_pattern_ops);--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_created_at" ON "users" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_last_used_at" ON "users" USING btree ("last_used_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_with_role" ON "users" USING btree ("created_at","id") WHERE "users"."role" <> 'USER';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_locked" ON "users" USING btree ("created_at","id") WHERE "users"."locked_at" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_number_unverified" ON "users" USING btree ("created_at","id") WHERE "users"."phone_verified_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_email_verified" ON "users" USING btree ("created_at","id") WHERE "users"."email_verified_at" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_marketplace" ON "users" USING btree ("created_at","id") WHERE "users"."marketplace_access";--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_b2b" ON "users" USING btree ("created_at","id") WHERE "users"."b2b_verified";--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_full_name" ON "users" USING btree ((lower("first_name" || ' ' || coalesce("last_name", '')) COLLATE "C")) WHERE "users"."first_name" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_last_name" ON "users" USING btree ((lower("last_name") COLLATE "C")) WHERE "users"."last_name" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_never_verified" ON "users" USING btree ("created_at") WHERE "users"."phone_verified_at" is null and "users"."email_verified_at" is null and "users"."role" = 'USER' and "users"."number_lost_at" is null and "users"."imported_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "users_external_id" ON "users" USING btree ("external_id");--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_actor_kind" CHECK ("audit_events"."actor_kind" in ('USER', 'ADMINISTRATOR', 'COMMAND', 'SERVICE', 'ANONYMOUS')) NOT VALID;--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_kind" CHECK ("audit_events"."kind" in ('refresh_token_reused', 'password_changed', 'sessions_ended', 'signing_key_rotated', 'sends_paused', 'pause_lifted', 'profile_changed', 'email_verified', 'password_reset', 'password_removed', 'reauthenticated', 'phone_changed', 'phone_change_reverted', 'account_opened_by_further_proof', 'account_claimed_back', 'number_moved_to_new_account', 'data_exported', 'deletion_requested', 'deletion_cancelled', 'account_deleted', 'number_proved', 'registered', 'signed_in', 'sign_in_failed', 'locked', 'phone_verified', 'role_changed', 'user_updated', 'user_locked', 'user_unlocked', 'limits_cleared', 'destination_blocked', 'destination_unblocked', 'users_imported')) NOT VALID;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_role" CHECK ("users"."role" in ('USER', 'SUPPORT', 'ADMIN')) NOT VALID;