-- Where `users` is large, make these two indexes before the update: docs/production.md, "Large tables".
CREATE UNIQUE INDEX IF NOT EXISTS "users_email_reserved" ON "users" USING btree (lower("email"),(case when coalesce("phone_verified_at", "email_verified_at") is not null then 1 end));--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "users_username_reserved" ON "users" USING btree (lower("username"),(case when coalesce("phone_verified_at", "email_verified_at") is not null then 1 end));--> statement-breakpoint
DROP INDEX "users_email";--> statement-breakpoint
DROP INDEX "users_username";--> statement-breakpoint
DROP INDEX IF EXISTS "users_email_any";--> statement-breakpoint
DROP INDEX IF EXISTS "users_username_any";--> statement-breakpoint
ALTER INDEX "users_email_reserved" RENAME TO "users_email";--> statement-breakpoint
ALTER INDEX "users_username_reserved" RENAME TO "users_username";
