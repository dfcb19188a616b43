#!/bin/sh
# PgBouncer reads no password from its environment.
set -eu
umask 077
printf '"accounts_app" "%s"\n' "$ACCOUNTS_APP_PASSWORD" > "${USERS:-/run/pgbouncer/users.txt}"
exec pgbouncer "$@"
