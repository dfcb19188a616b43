-- The audit trail is append-only (docs/decisions/0044). Two functions change it, with the rights of the owner of the table: one
-- removes what is too old, the other forgets who has left. The rights to change it by hand are taken from every other role.
CREATE FUNCTION "audit_events_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('phone_accounts.audit_events', true) IS DISTINCT FROM 'open' THEN
    RAISE EXCEPTION 'The audit trail is append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION "audit_events_remove"("before" timestamptz, "most" int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  removed int;
BEGIN
  PERFORM set_config('phone_accounts.audit_events', 'open', true);
  -- Whatever the caller says, by the clock of the server a day stays: whoever takes a process over cannot wipe out how.
  -- Rows that another process removes are passed over.
  DELETE FROM audit_events WHERE id = ANY(ARRAY(
    SELECT e.id FROM audit_events e WHERE e.at < least(before, now() - interval '1 day')
    ORDER BY e.at LIMIT most FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS removed = ROW_COUNT;
  PERFORM set_config('phone_accounts.audit_events', '', true);
  RETURN removed;
END $$;--> statement-breakpoint
-- What was done by, to and from an account that is gone keeps kind and time. What an administrator did to it keeps the
-- administrator. What the account did to others as administrator stays, but for where it did it from. Its numbers may be
-- somebody else's by now, and rows of accounts that are there are theirs.
CREATE FUNCTION "audit_events_forget"("gone" uuid, "numbers" text[]) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  forgotten int;
BEGIN
  IF EXISTS (SELECT 1 FROM users WHERE id = gone) THEN
    RAISE EXCEPTION 'The audit trail forgets only accounts that are gone.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM set_config('phone_accounts.audit_events', 'open', true);
  UPDATE audit_events SET user_id = NULL, device_id = NULL, phone_number = NULL, details = '{}',
    session_id = CASE actor_kind WHEN 'ADMINISTRATOR' THEN session_id END,
    ip_address = CASE actor_kind WHEN 'ADMINISTRATOR' THEN ip_address END,
    user_agent = CASE actor_kind WHEN 'ADMINISTRATOR' THEN user_agent END,
    request_id = CASE actor_kind WHEN 'ADMINISTRATOR' THEN request_id END
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
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_events"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_events_refuse_change"();--> statement-breakpoint
DO $$
DECLARE
  functions text := 'audit_events_remove(timestamptz, int), audit_events_forget(uuid, text[])';
  holder text;
BEGIN
  -- The functions work in this schema, whatever the search path of the caller is.
  EXECUTE format('ALTER FUNCTION audit_events_remove(timestamptz, int) SET search_path = %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION audit_events_forget(uuid, text[]) SET search_path = %I, pg_temp', current_schema());
  EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', functions);
  -- Whoever may delete events until now may have the functions do it from now on.
  FOR holder IN
    SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
    FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
    WHERE c.oid = format('%I.audit_events', current_schema())::regclass AND a.grantee <> c.relowner
      AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
  LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM %s', holder);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', functions, holder);
  END LOOP;
END $$;
