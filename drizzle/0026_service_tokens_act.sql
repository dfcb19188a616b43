ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_actor_kind";--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "actor_name" text;--> statement-breakpoint
-- A lock by a service token is told once, as one by an administrator. Otherwise as in 0015.
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
  -- Of what one statement writes: first the account, then its sessions.
  ORDER BY k.place;
  RETURN NULL;
END $$;--> statement-breakpoint
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION "events_of_audit_trail"() SET search_path = %I, pg_temp', current_schema());
END $$;
