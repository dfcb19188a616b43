-- Where `messages` or `otp_challenges` is large, make their indexes before the update: docs/production.md, "Large tables".
CREATE TABLE "number_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"old_phone_number" text,
	"new_phone_number" text NOT NULL,
	"needs_other_proof" boolean NOT NULL,
	"token_hash" text NOT NULL,
	"email_token_hash" text,
	"password_seal" text,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"revertible_until" timestamp (3) with time zone NOT NULL,
	"reverted_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "spent_proofs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "number_pauses" (
	"number" text PRIMARY KEY NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_continuations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"epoch" integer DEFAULT 1 NOT NULL,
	"phone_number" text,
	"shown" text[] NOT NULL,
	"authentication_methods" text[] NOT NULL,
	"new_account_allowed" boolean NOT NULL,
	"new_password_hash" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_kind";--> statement-breakpoint
ALTER TABLE "messages" ALTER COLUMN "purpose" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ALTER COLUMN "challenge_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "device_id" uuid;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "first_signed_in_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "kept_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "user_id" uuid;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "notice" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "notice_details" jsonb;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "proofs" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "device_known_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "email_trusted_from" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "password_trusted_from" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "last_used_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "claimed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN IF NOT EXISTS "number_lost_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deletion_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "number_changes" ADD CONSTRAINT "number_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_continuations" ADD CONSTRAINT "sign_in_continuations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "number_changes_token_hash" ON "number_changes" USING btree ("token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "number_changes_email_token_hash" ON "number_changes" USING btree ("email_token_hash");--> statement-breakpoint
CREATE INDEX "number_changes_user" ON "number_changes" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "number_changes_revertible_until" ON "number_changes" USING btree ("revertible_until");--> statement-breakpoint
CREATE INDEX "spent_proofs_expires_at" ON "spent_proofs" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "number_pauses_sent_at" ON "number_pauses" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "sign_in_continuations_user" ON "sign_in_continuations" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sign_in_continuations_phone_number" ON "sign_in_continuations" USING btree ("phone_number");--> statement-breakpoint
CREATE INDEX "sign_in_continuations_expires_at" ON "sign_in_continuations" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "messages_notices" ON "messages" USING btree ("user_id","created_at") WHERE "messages"."user_id" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "messages_destination" ON "messages" USING btree ("phone_number");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "messages_scope" ON "messages" USING btree (split_part("purpose", ' ', 2)) WHERE "messages"."purpose" like '% %';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "messages_farewells" ON "messages" USING btree ("created_at") WHERE "messages"."notice" = 'deletion_requested' and "messages"."phone_number" <> '';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "otp_challenges_scope" ON "otp_challenges" USING btree (split_part("purpose", ' ', 2)) WHERE "otp_challenges"."purpose" like '% %';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_unfinished" ON "users" USING btree ("created_at") WHERE "users"."phone_verified_at" is null and "users"."email_verified_at" is null and "users"."role" = 'USER' and "users"."number_lost_at" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_deletion_due" ON "users" USING btree ("deletion_due_at") WHERE "users"."deletion_due_at" is not null;--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_kind" CHECK ("audit_events"."kind" in ('refresh_token_reused', 'password_changed', 'sessions_ended', 'signing_key_rotated', 'sends_paused', 'pause_lifted', 'profile_changed', 'email_verified', 'password_reset', 'password_removed', 'reauthenticated', 'phone_changed', 'phone_change_reverted', 'account_opened_by_further_proof', 'account_claimed_back', 'number_moved_to_new_account', 'data_exported', 'deletion_requested', 'deletion_cancelled', 'account_deleted', 'number_proved')) NOT VALID;