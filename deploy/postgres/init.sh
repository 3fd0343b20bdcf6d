#!/bin/sh
# Run by the database's container when its volume is new.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres -v owner_password="$OWNER_PASSWORD" \
    -v application_password="$APPLICATION_PASSWORD" -f /roles.sql
