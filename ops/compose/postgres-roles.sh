#!/bin/bash
# Run once by the image of PostgreSQL, on an empty volume: the owner of the tables, and the role of the service.
set -eo pipefail

psql --username postgres --dbname postgres --set ON_ERROR_STOP=1 \
  --set owner_password="$ACCOUNTS_OWNER_PASSWORD" --set app_password="$ACCOUNTS_APP_PASSWORD" <<'SQL'
CREATE ROLE accounts_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE accounts_app LOGIN PASSWORD :'app_password';
-- PgBouncer does not pass on the time limits that the service asks for.
ALTER ROLE accounts_app SET statement_timeout = 4000;
ALTER ROLE accounts_app SET lock_timeout = 250;
ALTER ROLE accounts_app SET idle_in_transaction_session_timeout = 10000;
CREATE DATABASE accounts OWNER accounts_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
SQL
# Before the first migration: the rights on tables to come.
{ echo 'SET ROLE accounts_owner;' && cat "${GRANTS:-/grants.sql}"; } |
  psql --username postgres --dbname accounts --set ON_ERROR_STOP=1 --set schema=public --set role=accounts_app
