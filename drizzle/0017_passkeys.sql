CREATE TABLE "passkeys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"slot" integer NOT NULL,
	"credential_id" text NOT NULL,
	"user_handle" text NOT NULL,
	"public_key" text NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"backup_eligible" boolean NOT NULL,
	"backed_up" boolean NOT NULL,
	"aaguid" uuid,
	"name" text NOT NULL,
	"trusted_from" timestamp (3) with time zone,
	"cloned_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	CONSTRAINT "passkeys_counter" CHECK ("passkeys"."counter" >= 0)
);
--> statement-breakpoint
CREATE TABLE "spent_passkey_challenges" (
	"id" uuid PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_kind";--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "passkeys_credential_id" ON "passkeys" USING btree ("credential_id");--> statement-breakpoint
CREATE UNIQUE INDEX "passkeys_slot" ON "passkeys" USING btree ("user_id","slot");--> statement-breakpoint
CREATE INDEX "spent_passkey_challenges_expires_at" ON "spent_passkey_challenges" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_kind" CHECK ("audit_events"."kind" in ('refresh_token_reused', 'password_changed', 'sessions_ended', 'signing_key_rotated', 'sends_paused', 'pause_lifted', 'profile_changed', 'email_verified', 'password_reset', 'password_removed', 'reauthenticated', 'phone_changed', 'phone_change_reverted', 'account_opened_by_further_proof', 'account_claimed_back', 'number_moved_to_new_account', 'data_exported', 'deletion_requested', 'deletion_cancelled', 'account_deleted', 'number_proved', 'registered', 'signed_in', 'sign_in_failed', 'locked', 'phone_verified', 'role_changed', 'user_updated', 'user_locked', 'user_unlocked', 'limits_cleared', 'destination_blocked', 'destination_unblocked', 'users_imported', 'passkey_added', 'passkey_renamed', 'passkey_removed', 'passkey_cloned')) NOT VALID;