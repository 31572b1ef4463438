#!/usr/bin/env bash
# Makes what lies here: the state that version 0.1.0 leaves, in a directory and beside a lockfile, with an incident that a
# mailbox was told of, one of a row, one that was silenced, a count, a journal and a last run.
#
#   test/data/state-before/make.sh CHECKOUT     of that version (f356e0e), built
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
lastalive=$1/bin/lastalive.js
home=/tmp/lastalive-state-before
rm -rf "$home" "$here/directory" "$here/lockfile"
mkdir -p "$home"
cd "$home"
node - "$1" <<'JS'
const Database = require(`${process.argv[2]}/node_modules/better-sqlite3`)
const database = new Database('app.db')
const then = Math.floor(Date.now() / 1000) - 2520
database.exec(`CREATE TABLE runtime_info(rt_key text, rt_value text); CREATE TABLE workers(name text, seen text);
  INSERT INTO runtime_info VALUES ('mdx', '${then}'), ('imports', '${then}'), ('night', '${then}');
  INSERT INTO workers VALUES ('host/7', '${then}')`)
JS
cat >lastalive.yaml <<'YAML'
timezone: UTC
databases: { app: "sqlite:/tmp/lastalive-state-before/app.db" }
notifiers: { ops: { mail: { to: alert@domain.tld, from: alert-sender@domain.tld, sendmail: /bin/true } } }
checks:
  mdx: { database: app, key: mdx, critical: 10m }
  imports: { database: app, key: imports, critical: 10m, failures: 3 }
  night: { database: app, key: night, critical: 10m }
  workers: { database: app, rows: "SELECT name, seen FROM workers", judge: each, critical: 10m }
YAML
chmod 600 lastalive.yaml
"$lastalive" silence night --for 1d --config lastalive.yaml --state "$home/state"
"$lastalive" run --config lastalive.yaml --state "$home/state" || [ $? = 2 ]
"$lastalive" run --url "sqlite:$home/app.db" --key mdx -c 10m --name mdx --timezone UTC --lockfile "$home/mdx.lck" \
  --to alert@domain.tld --from alert-sender@domain.tld --sendmail /bin/true || [ $? = 2 ]
mkdir "$here/lockfile"
cp -r state "$here/directory"
cp mdx.lck* "$here/lockfile/"
# On a day that is over wherever this is tested, and silenced for longer than anybody tests it.
find "$here/directory" "$here/lockfile" -type f -exec sed -i 's/"20[0-9-]*T/"2025-01-15T/g' {} +
sed -i 's/"until": "2025/"until": "2125/' "$here/directory/silences.json"
rm -rf "$home" "$here"/directory/run.lock "$here"/lockfile/mdx.lck.run
