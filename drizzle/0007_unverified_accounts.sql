-- Where `users` is large, make the index before the update: docs/production.md, "Large tables".
CREATE INDEX IF NOT EXISTS "users_unverified" ON "users" USING btree ("created_at") WHERE "users"."phone_verified_at" is null and "users"."email_verified_at" is null and "users"."role" = 'USER';
