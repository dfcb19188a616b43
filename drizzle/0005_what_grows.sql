-- Where these tables are large, make the indexes before the update: docs/production.md, "Large tables".
CREATE INDEX IF NOT EXISTS "audit_events_at" ON "audit_events" USING btree ("at");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "users_dead_claims" ON "users" USING btree ("updated_at") WHERE "users"."phone_number" is null and "users"."email_verified_at" is null;