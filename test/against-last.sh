#!/usr/bin/env bash
# Shows that the tests of what users reported fail on the version before: builds that one, runs today's tests against its
# command, and prints for each report how many failed there. Exit 1 if all tests of a report pass there: they show nothing.
#
# usage: test/against-last.sh [COMMIT]          f356e0e is the last of version 0.1
#        LAST=DIR test/against-last.sh          a work tree that is built already
set -euo pipefail
cd "$(dirname "$0")/.."
commit=${1:-f356e0e}

# what it is about | file below test/ | names of the tests, as vitest -t takes them
rows=$(cat <<'ROWS'
one mistake in the file beside a check that is stale|e2e/mistakes|what is wrong beside a stale check
a mistake from run to run|e2e/mistakes|from run to run
a line of cron with a database that is not set|e2e/mistakes|a line of cron with
one of two addresses that a mail program refuses|e2e/recipients|the other hears each thing once
a recipient that is refused again and again|e2e/recipients|is tried with back-off
SQL of one's own in the zone of its server|e2e/own-session|says what (psql|its client) says
settings of a session|e2e/session-settings|(session of the configuration goes|a zone that the server does not know|relied on UTC)
a server whose default is serializable|e2e/server-defaults|(serializable|is read|is asked)
a login that PostgreSQL's library does not know|e2e/garbled|is told, and of all others
what is thrown where nobody awaits it|e2e/strays|(one goes wrong|goes wrong with)
a first message without an end|e2e/first-message|is given up at its bound
a sign of ours in the path of a lockfile|e2e/spoilt|nor in a directory called
notifiers called as what every object has|e2e/names-of-objects|(are told as others|is not set because)
zero times of languages and spreadsheets|e2e/measures|what stands for never
a FIFO where a file should be|e2e/planted-files|holds nobody up
two hundred thousand rows, and a file nested too deep|e2e/large|(two hundred thousand|in each other is refused)
few files to open, and what cleans by age|e2e/lock-lost|(hardly a file to open|never looks old|with another name)
numbers of more than fifteen digits|e2e/measures|whole numbers of any length
compiled code in the home of somebody else|e2e/no-traces|in the home of another
a reminder of an hour under an hourly run|e2e/telling|is said again with remind 1h: with each run
EHLO of a host without a dot, or with an underscore|e2e/mail|a mail server is told (it without|the domain|the name that)
a refused sender under PIPELINING|e2e/reported|a sender whom a mail server
an outage that opened while this host's clock was wrong|e2e/clocks|what opened while
sendmail with arguments|e2e/mail|a mail program (may have arguments|with its)
a host's name that makes no address|e2e/mail|needs a sender
the length of an outage that the classic script told|e2e/classic|back from what the script had told
a mail that says what to type next|e2e/mail|names what to type next
a mail that says how often it was before|e2e/mail|says how often
times in a mail, once where both zones are one|e2e/reported|a mail has the time of this zone
status of a place that is not there|e2e/status|(of a state directory|of the directory of a lockfile|says where it looked)
status that judges the age of the last run alone|e2e/commands|max-age judges
status, ack and history in the zone of the mails|e2e/status|in the zone of the configuration
status of some names, in the order in which people count|e2e/status|shows what was asked for
ack that says until when|e2e/hands|is quiet for as long as
--for 4|e2e/hands|of no known length
a silence where the configuration cannot be read|e2e/silence|configuration cannot be read
a history of the first day|e2e/reported|a history of less than a day
a URL that cannot be used, where it stands|e2e/mistakes-words|validate says where each URL stands
variables of notifiers that nobody needs who only looks|e2e/mistakes-words|is no mistake for what tells nobody
the password of a mail server in a file|e2e/reported|password of a mail server
slips of the pen in the file|e2e/mistakes-words|says where it stands, and what to write
a key that nearly is another|e2e/reported|names the criticality
anchors under keys of one's own|e2e/reported|share under a key
a query that writes|e2e/mistakes-words|refuses a query that writes
the nearest few of many names|e2e/mistakes-words|brings the nearest few
--extra-opts with a word of its own|e2e/extra-opts|takes options from a section
a number that is no time|e2e/doubt|what was hardly meant
a time in another unit|e2e/doubt|a time in another unit
limits before a deadline|e2e/measures|a deadline
the first line of many checks|e2e/plugin|of which the first line has no room
wrong usage of help and completion|e2e/words|(help on what there is|completion for no shell)
--timezone and --zone|e2e/words|a zone that (there is not|is misspelt)
times as other programs write them|e2e/reported|times are read
a date that may be one of two|e2e/reported|a date that may be
a login that PostgreSQL refuses|e2e/cures|a login that is refused
a login that MariaDB refuses|e2e/cures-mysql|a login that is refused
a keyword that only libpq knows|e2e/reported|a keyword that only
row security that hides the row|e2e/cures|row security that hides
zones that a server has not|e2e/cures-mysql|zones that the server does not know
NULL, and what is no timestamp|e2e/measures|a value that hides
a password that is encoded in another way|e2e/reported|a password is hidden
a short password|e2e/check-pgsql|the short password
what recipes say of their traps|recipes/traps|says
schedules of pg_cron with blanks and tabs|recipes/pg-cron|pg_cron
PgQ|recipes/pgq|PgQ
pgAgent|recipes/pgagent|pgAgent
DBOS|recipes/dbos|DBOS
Sidequest|recipes/sidequest|Sidequest
a run that tells nobody|e2e/words|a run that tells nobody
ROWS
)

dir=$(mktemp -d)
remove() {
  [ ! -d "$dir/last" ] || git worktree remove --force "$dir/last"
  rm -rf "$dir"
}
trap remove EXIT

last=${LAST:-$dir/last}
if [ -z "${LAST:-}" ]; then
  git worktree add --quiet --detach "$last" "$commit"
  # Compiling it takes minutes, and it is here already.
  (cd "$last" && npm ci --silent --prefer-offline --ignore-scripts)
  cp -a node_modules/better-sqlite3 "$last/node_modules/"
  (cd "$last" && npm run --silent build)
fi

# reports FOLDER: runs what the rows name, each file once, and leaves what vitest says of it in that folder
reports() {
  mkdir "$1"
  cut -d '|' -f 2 <<<"$rows" | sort -u | while read -r file; do
    names=$(awk -F '|' -v file="$file" '$2 == file' <<<"$rows" | cut -d '|' -f 3- | paste -s -d '|')
    report=$1/${file//\//-}.json
    LASTALIVE_TEST_ALL=1 npx vitest run "test/$file.test.ts" -t "$names" --reporter=json --outputFile="$report" \
      </dev/null >"$dir/out" 2>&1 || [ -s "$report" ] || { cat "$dir/out" >&2; exit 1; }
  done
}

LASTALIVE_TEST_COMMAND=$last/bin/lastalive.js reports "$dir/there"
reports "$dir/here"
rows=$rows node - "$dir" <<'SCRIPT'
const { readFileSync } = require('node:fs')
const dir = process.argv[2]
const line = (about, ...figures) => console.log(about.padEnd(62) + figures.map((figure) => `${figure}`.padStart(8)).join(''))
line('', 'failed', 'passed', 'failed', 'passed')
line('what it is about', 'there', 'there', 'here', 'here')
for (const row of process.env.rows.split('\n')) {
  const [about, file, ...names] = row.split('|')
  const pattern = new RegExp(names.join('|'))
  const counts = ['there', 'here'].flatMap((place) => {
    const { testResults } = JSON.parse(readFileSync(`${dir}/${place}/${file.replace('/', '-')}.json`, 'utf8'))
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
    return ['failed', 'passed'].map(
      (status) => tests.filter((test) => test.status === status && pattern.test(test.fullName)).length,
    )
  })
  line(about, ...counts)
  const [failedThere, , failedHere, passedHere] = counts
  if (failedThere === 0) console.log('  shows nothing: none fails there')
  if (failedHere > 0 || passedHere === 0) console.log('  does not pass here')
  if (failedThere === 0 || failedHere > 0 || passedHere === 0) process.exitCode = 1
}
SCRIPT
