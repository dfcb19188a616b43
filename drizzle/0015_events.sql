-- Events for other services are written by triggers, in the transaction that does what they tell of (docs/decisions/0051).
-- The functions name their schema by themselves: whoever changes a row, with whatever search path, writes to these tables.
CREATE FUNCTION "events_of_audit_trail"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM event_stream WHERE wanted_until > now()) THEN
    RETURN NULL;
  END IF;
  INSERT INTO events (kind, user_id, session_id, at)
  SELECT k.event, a.user_id,
    CASE a.kind
      WHEN 'signed_in' THEN a.session_id
      WHEN 'refresh_token_reused' THEN a.session_id
      -- One session, or all. Whatever else stands there must not end the statement that is under way.
      WHEN 'sessions_ended' THEN substring(coalesce(a.details ->> 'sessionId', a.details ->> 'session')
        FROM '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')::uuid
    END, a.at
  FROM written a JOIN (VALUES
    ('registered', 'user.created', 1),
    ('phone_verified', 'user.phone_verified', 2),
    ('profile_changed', 'user.updated', 2),
    ('email_verified', 'user.updated', 2),
    ('user_updated', 'user.updated', 2),
    ('role_changed', 'user.updated', 2),
    ('user_unlocked', 'user.updated', 2),
    ('phone_changed', 'user.number_changed', 2),
    ('phone_change_reverted', 'user.number_changed', 2),
    ('number_moved_to_new_account', 'user.number_changed', 2),
    ('user_locked', 'user.locked', 2),
    ('email_verified', 'session.ended', 3),
    ('sessions_ended', 'session.ended', 3),
    ('refresh_token_reused', 'session.ended', 3),
    ('signed_in', 'session.started', 4)
  ) k (kind, event, place) ON k.kind = a.kind
  WHERE a.user_id IS NOT NULL
    -- An address that replaces another one ends the other sessions.
    AND (a.kind <> 'email_verified' OR k.event <> 'session.ended' OR a.details ->> 'replaced' = 'true')
    -- Who ends sessions of others ends all of them, and so raises `session_epoch`. That is an event already.
    AND (a.kind <> 'sessions_ended' OR a.actor_kind NOT IN ('ADMINISTRATOR', 'COMMAND'))
  -- Of what one statement writes: first the account, then its sessions.
  ORDER BY k.place;
  RETURN NULL;
END $$;--> statement-breakpoint
-- The kind stands at the trigger.
CREATE FUNCTION "events_of_changed_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (kind, user_id, at)
  SELECT TG_ARGV[0], NEW.id, clock_timestamp() WHERE EXISTS (SELECT 1 FROM event_stream WHERE wanted_until > now());
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION "events_of_deleted_users"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (kind, user_id, at)
  SELECT 'user.deleted', gone.id, clock_timestamp() FROM gone
  WHERE EXISTS (SELECT 1 FROM event_stream WHERE wanted_until > now());
  RETURN NULL;
END $$;--> statement-breakpoint
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['events_of_audit_trail', 'events_of_changed_user', 'events_of_deleted_users'] LOOP
    EXECUTE format('ALTER FUNCTION %I() SET search_path = %I, pg_temp', name, current_schema());
  END LOOP;
END $$;--> statement-breakpoint
CREATE TRIGGER "audit_events_written" AFTER INSERT ON "audit_events" REFERENCING NEW TABLE AS "written"
  FOR EACH STATEMENT EXECUTE FUNCTION "events_of_audit_trail"();--> statement-breakpoint
-- Whatever ends all sessions of a user at once raises this number (docs/decisions/0022).
CREATE TRIGGER "users_sessions_ended" AFTER UPDATE OF "session_epoch" ON "users"
  FOR EACH ROW WHEN (NEW."session_epoch" > OLD."session_epoch") EXECUTE FUNCTION "events_of_changed_user"('session.ended');--> statement-breakpoint
-- A number or an address that an account only named goes to whoever verifies it. The audit trail tells of that account only.
CREATE TRIGGER "users_names_lost" AFTER UPDATE OF "phone_number", "email" ON "users"
  FOR EACH ROW WHEN (
    OLD."phone_number" IS NOT NULL AND NEW."phone_number" IS NULL AND OLD."phone_verified_at" IS NULL
    OR OLD."email" IS NOT NULL AND NEW."email" IS NULL AND OLD."email_verified_at" IS NULL
      -- Who takes over a registration begins anew, and is told of otherwise.
      AND NEW."phone_verified_at" IS NOT DISTINCT FROM OLD."phone_verified_at"
  ) EXECUTE FUNCTION "events_of_changed_user"('user.updated');--> statement-breakpoint
-- However an account ends, its owner's deletion and the end of unfinished registrations included.
CREATE TRIGGER "users_deleted" AFTER DELETE ON "users" REFERENCING OLD TABLE AS "gone"
  FOR EACH STATEMENT EXECUTE FUNCTION "events_of_deleted_users"();
