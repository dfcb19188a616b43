-- Where nothing changed, there is no event (docs/decisions/0051), and what a service token ends is told once. Functions are replaced without a lock on their tables.
CREATE OR REPLACE FUNCTION "events_of_audit_trail"() RETURNS trigger LANGUAGE plpgsql AS $$
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
    AND (a.kind <> 'sessions_ended' OR a.actor_kind NOT IN ('ADMINISTRATOR', 'SERVICE_TOKEN', 'COMMAND'))
    -- The audit trail also tells of acts that changed nothing.
    AND (a.kind <> 'user_updated' OR a.details -> 'fields' IS DISTINCT FROM '[]'::jsonb)
    AND (a.kind <> 'user_unlocked' OR a.details -> 'wasLocked' IS DISTINCT FROM 'false'::jsonb)
  -- Of what one statement writes: first the account, then its sessions.
  ORDER BY k.place;
  RETURN NULL;
END $$;--> statement-breakpoint
-- The kind stands at the trigger.
CREATE OR REPLACE FUNCTION "events_of_changed_user"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  happened timestamptz := clock_timestamp();
  ended bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM event_stream WHERE wanted_until > now()) THEN
    RETURN NULL;
  END IF;
  IF TG_ARGV[0] = 'session.ended' THEN
    -- Sessions that this statement has ended, and those that began at this very moment. What ends all sessions changes the
    -- account at the same time. A session that ended before the account was last changed, or has expired, is not told of again.
    SELECT count(*), coalesce(max(s.ended_at), happened) INTO ended, happened FROM sessions s
    WHERE s.user_id = NEW.id AND s.epoch >= OLD.session_epoch AND s.epoch < NEW.session_epoch
      AND (s.ended_at IS NULL AND s.expires_at > NEW.updated_at OR s.ended_at >= NEW.updated_at AND s.ended_at < s.expires_at);
    IF ended = 0 THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO events (kind, user_id, at) VALUES (TG_ARGV[0], NEW.id, happened);
  RETURN NULL;
END $$;--> statement-breakpoint
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['events_of_audit_trail', 'events_of_changed_user'] LOOP
    EXECUTE format('ALTER FUNCTION %I() SET search_path = %I, pg_temp', name, current_schema());
  END LOOP;
END $$;
