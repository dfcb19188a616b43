CREATE INDEX IF NOT EXISTS "audit_events_actor_name" ON "audit_events" USING btree ("actor_name","at") WHERE "audit_events"."actor_name" is not null;--> statement-breakpoint
-- What a service did to an account that is gone keeps where the call came from, as what an administrator did. Otherwise as in 0014.
CREATE OR REPLACE FUNCTION "audit_events_forget"("gone" uuid, "numbers" text[]) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  forgotten int;
BEGIN
  IF EXISTS (SELECT 1 FROM users WHERE id = gone) THEN
    RAISE EXCEPTION 'The audit trail forgets only accounts that are gone.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM set_config('phone_accounts.audit_events', 'open', true);
  UPDATE audit_events SET user_id = NULL, device_id = NULL, phone_number = NULL, details = '{}',
    session_id = CASE WHEN actor_kind IN ('ADMINISTRATOR', 'SERVICE_TOKEN') THEN session_id END,
    ip_address = CASE WHEN actor_kind IN ('ADMINISTRATOR', 'SERVICE_TOKEN') THEN ip_address END,
    user_agent = CASE WHEN actor_kind IN ('ADMINISTRATOR', 'SERVICE_TOKEN') THEN user_agent END,
    request_id = CASE WHEN actor_kind IN ('ADMINISTRATOR', 'SERVICE_TOKEN') THEN request_id END
  WHERE user_id = gone OR (
    phone_number = ANY(ARRAY(
      SELECT n FROM unnest(numbers) n
      WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.phone_number = n AND u.phone_verified_at IS NOT NULL)
    ))
    AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = audit_events.user_id)
  );
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  UPDATE audit_events SET ip_address = NULL, user_agent = NULL WHERE actor_id = gone;
  PERFORM set_config('phone_accounts.audit_events', '', true);
  RETURN forgotten;
END $$;--> statement-breakpoint
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION "audit_events_forget"(uuid, text[]) SET search_path = %I, pg_temp', current_schema());
END $$;
