#!/bin/sh
# One check in one line, without a configuration file; for cron.
#
# It takes from the environment:
#   MANITOU_CONNECT_STRING   the database: Dbi:Pg:host=pgserver;dbname=mail;user=manitou, postgres://…, sqlite:PATH
#   SMTP_URL                 the mail server, smtp://localhost or smtps://user:password@mail.domain.tld
#   LOCKFILE                 there as long as the alert is (default /var/tmp/manitou-alert.lck)
#
# A variable that is not set is wrong usage (exit 3), never some other database. Exit codes: 0 alive, 1 warning,
# 2 critical, 3 unknown or wrong usage, 4 something could not be told or recorded.

exec lastalive run --url "$MANITOU_CONNECT_STRING" --key last_alive --warning 5m --critical 10m \
    --to alert@domain.tld --from alert-sender@domain.tld --smtp "$SMTP_URL" \
    --name mdx --lockfile "${LOCKFILE:-/var/tmp/manitou-alert.lck}"
