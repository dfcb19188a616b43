-- Where `users` is large, make the indexes before the update: docs/production.md, "Large tables".
CREATE INDEX IF NOT EXISTS "users_unverified" ON "users" USING btree ("created_at") WHERE "users"."phone_verified_at" is null and "users"."email_verified_at" is null and "users"."role" = 'USER';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_email_any" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_username_any" ON "users" USING btree (lower("username"));--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "users_email_verified" ON "users" USING btree (lower("email")) WHERE ("users"."phone_verified_at" is not null or "users"."email_verified_at" is not null);--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "users_username_verified" ON "users" USING btree (lower("username")) WHERE ("users"."phone_verified_at" is not null or "users"."email_verified_at" is not null);--> statement-breakpoint
DROP INDEX "users_email";--> statement-breakpoint
DROP INDEX "users_username";--> statement-breakpoint
ALTER INDEX "users_email_verified" RENAME TO "users_email";--> statement-breakpoint
ALTER INDEX "users_username_verified" RENAME TO "users_username";
