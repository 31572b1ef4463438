#!/usr/bin/env bash
# Shows that tests can fail: runs the tests named below on an earlier version: those of test/e2e and test/recipes on its
# built command, the others on its sources, and all that look at README on that. Where none of a line fails there, the exit
# code is 1. It is no part of `npm test` or `.ci/run`, which installs what some of the suites need.
#
#   test/against-last.sh [FOLDER [REVISION]]     FOLDER keeps both checkouts for the next time; without it they are removed
#
# Each line of a table: a number of the change, the suite, and the tests of it, as vitest's -t takes them.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
folder=${1:-}
only=${2:-}
if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  trap 'git -C "$here" worktree prune; rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# checkout NAME REVISION: a checkout with all that it needs, built
checkout() {
  local to=$folder/$1
  [ -d "$to/node_modules" ] && return
  git clone --quiet --shared "$here" "$to"
  git -C "$to" checkout --quiet "$2"
  # Dependencies that both versions have need not be compiled twice.
  cp -al "$here/node_modules" "$to/node_modules"
  (cd "$to" && npm install --silent --ignore-scripts --no-audit --no-fund && npm run --silent build) >&2
}

total=0
missing=''

# against REVISION [TESTS] <TABLE: the tests of this checkout, or of the revision TESTS, on the command of that revision
against() {
  local revision=$1 tests=${2:-HEAD} number suite pattern
  [ -z "$only" ] || [ "$only" = "$revision" ] || return 0
  checkout "before-$revision" "$revision"
  checkout now HEAD
  # As it is now, also where the folder is of an earlier time: what is linked there must not be written through.
  rm -rf "$folder/now"/{bin,dist,src,src-now}
  git -C "$folder/now" checkout --quiet --force "$(git -C "$here" rev-parse "$tests")"
  # These tests start bin/lastalive.js of their own checkout: that is now the earlier version's.
  rm -rf "$folder/now/bin"
  mv "$folder/now/src" "$folder/now/src-now"
  mkdir "$folder/now/bin"
  ln -s "$folder/before-$revision/dist" "$folder/now/dist"
  echo '{ "type": "commonjs" }' >"$folder/now/bin/package.json"
  printf '#!/usr/bin/env node\nrequire("%s/bin/lastalive.js")\n' "$folder/before-$revision" >"$folder/now/bin/lastalive.js"
  chmod +x "$folder/now/bin/lastalive.js"
  # What it promised is what its JSON is held to, or else all that asks for JSON would fail.
  cp "$folder/before-$revision/README.md" "$folder/now/"
  cp "$folder/before-$revision"/docs/schemas/* "$folder/now/docs/schemas/"
  echo "On the version before $(git -C "$here" log -1 --format='%as' "$revision") ($revision):"
  while IFS='|' read -r number suite pattern; do
    number=$(xargs <<<"$number") suite=$(xargs <<<"$suite") pattern=$(sed 's/^ *//; s/ *$//' <<<"$pattern")
    [ -n "$number" ] || continue
    case $suite in
      test/e2e/* | test/recipes/*) ln -sfn src-now "$folder/now/src" ;;
      *) ln -sfn "$folder/before-$revision/src" "$folder/now/src" ;;
    esac
    (cd "$folder/now" && LASTALIVE_TEST_ALL=1 LASTALIVE_TEST_FRESH=1 npx vitest run "$suite" -t "$pattern" \
      --reporter=json --outputFile.json="$folder/results.json" >"$folder/output" 2>&1) || true
    report "$number" "$suite"
  done
}

# report NUMBER SUITE: how many failed, and how many hold on both versions: the rows of a table that are no news
report() {
  local failed passed
  read -r failed passed < <(node -e '
    const { testResults } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
    const count = (status) => tests.filter((test) => test.status === status).length
    console.log(count("failed"), count("passed"))
  ' "$folder/results.json")
  printf '  %-5s %-40s %3d failed, %3d hold on both\n' "$1" "$2" "$failed" "$passed"
  total=$((total + failed))
  [ "$failed" -gt 0 ] || missing="$missing $1"
}

against f356e0e <<'TABLE'
1.0  | test/e2e/mistakes.test.ts        | .
1.1  | test/e2e/recipients.test.ts      | the other hears each thing once|who is refused is tried with back-off|a kill while many are told
1.1  | test/e2e/mailers.test.ts         | .
1.2  | test/e2e/own-session.test.ts     | says what
1.2  | test/e2e/session-settings.test.ts | .
1.3  | test/e2e/server-defaults.test.ts | .
1.4  | test/e2e/garbled.test.ts         | asks for|changes its mind|breaks off|cannot be understood
1.5  | test/e2e/garbled.test.ts         | never ends|has more results
1.6  | test/e2e/spoilt.test.ts          | nor in a directory called
1.7  | test/e2e/names-of-objects.test.ts | .
1.8  | test/e2e/measures.test.ts        | what stands for never, and what never comes
1.9  | test/e2e/planted-files.test.ts   | .
1.9  | test/e2e/extra-opts.test.ts      | others can write|a file of another user
1.9  | test/e2e/dead-mount.test.ts      | .
1.10 | test/e2e/large.test.ts           | two hundred thousand rows|refused with its line
1.11 | test/e2e/lock-lost.test.ts       | .
1.12 | test/e2e/measures.test.ts        | whole numbers of any length|keeps its digits
2.1  | test/e2e/no-traces.test.ts       | .
2.4  | test/e2e/styles.test.ts          | as fast as in blocks
TABLE

# The tests as they were before the files of src got their rooms: those of units look for them where they lay.
against da5ca63 724cab7 <<'TABLE'
1.1  | test/e2e/telling.test.ts         | said again with remind
1.2  | test/e2e/mail.test.ts            | a mail server is told
1.3  | test/notifiers/smtp.test.ts      | takes all commands at once and
1.4  | test/e2e/clocks.test.ts          | is as long as the database
1.5  | test/e2e/mail.test.ts            | a mail program
1.6  | test/e2e/mail.test.ts            | needs a sender
1.7  | test/e2e/classic.test.ts         | back from what the script had told
1.8  | test/e2e/mail.test.ts            | how often it was before|what to type next
2.1  | test/e2e/status.test.ts          | says where it looked|says so of the directory
2.2  | test/e2e/commands.test.ts        | the age of the last run alone
2.3  | test/e2e/status.test.ts          | the zone of the configuration
2.4  | test/e2e/status.test.ts          | what was asked for
2.4  | test/e2e/hands.test.ts           | of no known length|is quiet for as long as it was meant
2.5  | test/e2e/silence.test.ts         | .
2.6  | test/e2e/history.test.ts         | as its mails told it
3.1  | test/e2e/mistakes-words.test.ts  | where each URL stands
3.2  | test/e2e/mistakes-words.test.ts  | a variable of a notifier
3.2  | test/e2e/secrets-web.test.ts     | in a file
3.3  | test/e2e/mistakes-words.test.ts  | where it stands, and what to write
3.4  | test/config/config.test.ts       | keys at the top that begin with x-
3.4  | test/e2e/mistakes-words.test.ts  | a query that writes
3.5  | test/e2e/mistakes-words.test.ts  | brings the nearest few
4.1  | test/e2e/extra-opts.test.ts      | which the command line overrides
4.2  | test/e2e/doubt.test.ts           | .
4.4  | test/e2e/measures.test.ts        | a deadline
4.5  | test/e2e/plugin.test.ts          | wrong usage|has no room
4.5  | test/e2e/words.test.ts           | help on what there is not|for no shell|a zone that there is not
4.5  | test/e2e/check-pgsql.test.ts     | a connection
5.1  | test/core/date-forms.test.ts     | .
5.2  | test/e2e/cures.test.ts           | a login that is refused|not in force
5.2  | test/drivers/pgbouncer.test.ts   | .
5.2  | test/drivers/url.test.ts         | of libpq
5.3  | test/e2e/cures.test.ts           | row security|with its cure
5.3  | test/e2e/cures-mysql.test.ts     | CONVERT_TZ
5.3  | test/core/judge-schedule-early.test.ts | .
5.4  | test/e2e/check-pgsql.test.ts     | the short password
5.4  | test/core/text.test.ts           | .
6.1  | test/recipes/traps.test.ts       | manitou
6.2  | test/recipes/pg-cron.test.ts     | .
6.3  | test/recipes/traps.test.ts       | zabbix|postgres-subscriptions
6.3  | test/recipes/postgres-views.test.ts | is disabled|ends at a conflict|publisher is gone
6.4  | test/recipes/pgq.test.ts         | is content with
6.4  | test/recipes/pgagent.test.ts     | is content with an agent
6.4  | test/recipes/dbos.test.ts        | is content with an executor
6.4  | test/recipes/sidequest.test.ts   | has nothing to do
7.1  | test/e2e/install.test.ts         | .
7.2  | test/e2e/words.test.ts           | tells nobody
7.3  | test/docs/versions.test.ts       | .
TABLE

printf '%d failed there, as they should\n' "$total"
[ -z "$missing" ] || { printf 'no test failed there for:%s\n' "$missing"; exit 1; }
