-- Names for searches, made before the update to a build with migration 0016, where `users` is large. Nothing waits for it but
-- for moments. Run it as the owner of the tables, with the schema in the search path:
--
--   psql "$OWNER_URL" -v ON_ERROR_STOP=1 -f docs/user-names.sql
--
-- If it is interrupted, or a lock is not to be had within two seconds, run it again. The migration then finds everything made.

SET lock_timeout = '2s';

CREATE TABLE IF NOT EXISTS "user_names" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"full_name" text COLLATE "C",
	"last_name" text COLLATE "C",
	"created_at" timestamp (3) with time zone NOT NULL
);
-- Only what a vacuum has seen is found by an index alone. So it comes for each percent of new names, not for each fifth.
ALTER TABLE "user_names" SET (autovacuum_vacuum_insert_scale_factor = 0.01);

CREATE INDEX IF NOT EXISTS "user_names_full_name" ON "user_names" USING btree ("full_name","created_at","user_id") WHERE "user_names"."full_name" is not null;
CREATE INDEX IF NOT EXISTS "user_names_last_name" ON "user_names" USING btree ("last_name","created_at","user_id") WHERE "user_names"."last_name" is not null;

CREATE OR REPLACE FUNCTION "user_names_of_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A row without names stays, so that rows which are filled in beside the triggers never bring back an older name.
  INSERT INTO user_names (user_id, full_name, last_name, created_at)
  VALUES (NEW.id, lower(NEW.first_name || ' ' || coalesce(NEW.last_name, '')), lower(NEW.last_name), NEW.created_at)
  ON CONFLICT (user_id) DO UPDATE
  SET full_name = excluded.full_name, last_name = excluded.last_name, created_at = excluded.created_at;
  RETURN NULL;
END $$;
DO $$
BEGIN
  -- The function works in this schema, whatever the search path of the caller is.
  EXECUTE format('ALTER FUNCTION user_names_of_user() SET search_path = %I, pg_temp', current_schema());
END $$;
CREATE OR REPLACE TRIGGER "users_named" AFTER INSERT ON "users"
  FOR EACH ROW WHEN (NEW."first_name" IS NOT NULL OR NEW."last_name" IS NOT NULL)
  EXECUTE FUNCTION "user_names_of_user"();
CREATE OR REPLACE TRIGGER "users_renamed" AFTER UPDATE OF "first_name", "last_name", "created_at" ON "users"
  FOR EACH ROW WHEN (
    (OLD."first_name", OLD."last_name", OLD."created_at") IS DISTINCT FROM (NEW."first_name", NEW."last_name", NEW."created_at")
  ) EXECUTE FUNCTION "user_names_of_user"();

-- What is there already, a part at a time. What the triggers write meanwhile is newer.
DO $$
DECLARE
  done uuid := '00000000-0000-0000-0000-000000000000';
  reached uuid;
BEGIN
  LOOP
    WITH part AS MATERIALIZED (
      SELECT id, first_name, last_name, created_at FROM users WHERE id > done ORDER BY id LIMIT 10000
    ), added AS (
      INSERT INTO user_names (user_id, full_name, last_name, created_at)
      SELECT id, lower(first_name || ' ' || coalesce(last_name, '')), lower(last_name), created_at FROM part
      WHERE first_name IS NOT NULL OR last_name IS NOT NULL
      ON CONFLICT (user_id) DO NOTHING
    )
    SELECT id INTO reached FROM part ORDER BY id DESC LIMIT 1;
    EXIT WHEN reached IS NULL;
    done := reached;
    COMMIT;
  END LOOP;
END $$;

-- From now on a row goes with its account. Accounts that were deleted before this have left theirs.
ALTER TABLE user_names DROP CONSTRAINT IF EXISTS user_names_user_id_users_id_fk;
ALTER TABLE user_names ADD CONSTRAINT user_names_user_id_users_id_fk
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;
DELETE FROM user_names n WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = n.user_id);
ALTER TABLE user_names VALIDATE CONSTRAINT user_names_user_id_users_id_fk;
VACUUM (ANALYZE) user_names;
