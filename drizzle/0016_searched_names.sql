-- Where `users` is large, run docs/user-names.sql before the update: docs/production.md, "Large tables".
CREATE TABLE IF NOT EXISTS "user_names" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"full_name" text COLLATE "C",
	"last_name" text COLLATE "C",
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
-- Only what a vacuum has seen is found by an index alone. So it comes for each percent of new names, not for each fifth.
ALTER TABLE "user_names" SET (autovacuum_vacuum_insert_scale_factor = 0.01);--> statement-breakpoint
-- Who updates `users` writes here, also a build that does not know this table, and a statement by hand.
CREATE OR REPLACE FUNCTION "user_names_of_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A row without names stays, so that rows which are filled in beside the triggers never bring back an older name.
  INSERT INTO user_names (user_id, full_name, last_name, created_at)
  VALUES (NEW.id, lower(NEW.first_name || ' ' || coalesce(NEW.last_name, '')), lower(NEW.last_name), NEW.created_at)
  ON CONFLICT (user_id) DO UPDATE
  SET full_name = excluded.full_name, last_name = excluded.last_name, created_at = excluded.created_at;
  RETURN NULL;
END $$;--> statement-breakpoint
DO $$
BEGIN
  -- The function works in this schema, whatever the search path of the caller is.
  EXECUTE format('ALTER FUNCTION user_names_of_user() SET search_path = %I, pg_temp', current_schema());
END $$;--> statement-breakpoint
CREATE OR REPLACE TRIGGER "users_named" AFTER INSERT ON "users"
  FOR EACH ROW WHEN (NEW."first_name" IS NOT NULL OR NEW."last_name" IS NOT NULL)
  EXECUTE FUNCTION "user_names_of_user"();--> statement-breakpoint
CREATE OR REPLACE TRIGGER "users_renamed" AFTER UPDATE OF "first_name", "last_name", "created_at" ON "users"
  FOR EACH ROW WHEN (
    (OLD."first_name", OLD."last_name", OLD."created_at") IS DISTINCT FROM (NEW."first_name", NEW."last_name", NEW."created_at")
  ) EXECUTE FUNCTION "user_names_of_user"();--> statement-breakpoint
-- From here on the triggers keep both together. docs/user-names.sql makes the constraint last: where it is, the rows are there.
-- Rows come before the constraint, because to check all of them together takes a part of the time.
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM pg_constraint WHERE conname = 'user_names_user_id_users_id_fk' AND convalidated
      AND conrelid = format('%I.user_names', current_schema())::regclass
  ) THEN
    DELETE FROM user_names n WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = n.user_id);
    INSERT INTO user_names (user_id, full_name, last_name, created_at)
    SELECT u.id, lower(u.first_name || ' ' || coalesce(u.last_name, '')), lower(u.last_name), u.created_at FROM users u
    WHERE (u.first_name IS NOT NULL OR u.last_name IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM user_names n WHERE n.user_id = u.id);
    ALTER TABLE user_names DROP CONSTRAINT IF EXISTS user_names_user_id_users_id_fk;
    ALTER TABLE user_names ADD CONSTRAINT user_names_user_id_users_id_fk
      FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
  END IF;
END $$;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "user_names_full_name" ON "user_names" USING btree ("full_name","created_at","user_id") WHERE "user_names"."full_name" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "user_names_last_name" ON "user_names" USING btree ("last_name","created_at","user_id") WHERE "user_names"."last_name" is not null;--> statement-breakpoint
-- Without it, PostgreSQL would take the table for an empty one until it looks by itself.
ANALYZE "user_names";
