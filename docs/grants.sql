-- What the role of the running service needs: it reads and writes rows, and changes no table.
-- Run it once as the owner of the tables, before or after the first migration:
--
--   psql "$OWNER_URL" -v schema=public -v role=accounts_app -f docs/grants.sql
--
-- The owner then runs npm run migrate (or the service has the owner's address in DATABASE_MIGRATION_URL).

GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA :"schema" TO :"role";
-- For the tables of later migrations. It counts for tables that the role who runs this file will make.
ALTER DEFAULT PRIVILEGES IN SCHEMA :"schema" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"role";

-- The audit trail is append-only. Two functions of the owner remove old events, and forget who has left. Before the first
-- migration there is nothing to do: the migration does the same for every role that may delete events.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA :"schema" TO :"role";
BEGIN;
SELECT set_config('grants.schema', :'schema', true), set_config('grants.role', :'role', true);
DO $$
DECLARE
  audit_events text := format('%I.audit_events', current_setting('grants.schema'));
BEGIN
  IF to_regclass(audit_events) IS NOT NULL THEN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', audit_events, current_setting('grants.role'));
  END IF;
END $$;
COMMIT;

-- Only where the first migration was run by version 0.1: which migrations were run is noted in the schema drizzle.
-- GRANT USAGE ON SCHEMA drizzle TO :"role";
-- GRANT SELECT ON drizzle.__drizzle_migrations TO :"role";
