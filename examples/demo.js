/**
 * A service lives, falls silent, loses its database and comes back, and lastalive watches it.
 *
 *     npm run demo
 *
 * All of it is real: a SQLite file, a mail server on this machine, and the command as cron would run it.
 * Nothing leaves the machine, and it is over in seconds.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const COMMAND = join(ROOT, 'bin/lastalive.js')
const MEANINGS = ['ok', 'warning', 'critical', 'unknown, or used wrongly', 'something could not be told or recorded']
const QUIET = '(nothing: cron stays quiet)'
const MINUTE = 60

/** Whatever happens, the demo ends. */
const deadline = AbortSignal.timeout(25_000)
const Database = await loadSqlite()
const directory = mkdtempSync(join(tmpdir(), 'lastalive-demo-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const database = join(directory, 'app.db')
const elsewhere = join(directory, 'app.db.moved-away')
const lockfile = join(directory, 'mdx.lck')
const mailbox = await openMailbox()
/** What went otherwise than it should. */
const surprises = []

await live()
await mailbox.close()
leaveOneToTry()
sayHowItWent()

/** The story. */
async function live() {
  const run = [
    ['run'],
    ['--url', `sqlite:${database}`],
    ['--key', 'last_alive', '--critical', '10m'],
    ['--to', 'alert@domain.tld', '--from', 'alert-sender@domain.tld'],
    ['--smtp', `smtp://127.0.0.1:${mailbox.port}`],
    ['--name', 'mdx', '--lockfile', lockfile],
  ]
  const check = [
    ['check', '--url', `sqlite:${database}`],
    ['--key', 'last_alive', '--critical', '10m', '--name', 'mdx'],
  ]
  const status = [['status', '--lockfile', lockfile]]

  createTable(database)
  say('The service is alive: it has just left a timestamp in its table. Cron runs this every minute.')
  beat(database, { ago: 0 })
  await lastalive(run, { exit: 0, mails: 0 })

  say('The service has been silent for 42 minutes, and the limit is 10: one mail.')
  beat(database, { ago: 42 * MINUTE })
  await lastalive(run, { exit: 2, mails: 1 })

  say('The next run finds it as silent as before. That has been said, and nothing is said twice.')
  await lastalive(run, { exit: 2, mails: 0 })

  say('What is open, since when, and who was told?')
  await lastalive(status, { exit: 2, mails: 0 })

  say('The same look as a plugin for Nagios or Icinga: one line, with performance data. It tells nobody.')
  await lastalive(check, { exit: 2, mails: 0 })

  say('Now the database itself is gone. That is an incident of its own, however many checks look there: one mail.')
  renameSync(database, elsewhere)
  await lastalive(run, { exit: 2, mails: 1 })

  say('The database answers again, and the service is alive again: both are over, in one mail.')
  renameSync(elsewhere, database)
  beat(database, { ago: 0 })
  await lastalive(run, { exit: 0, mails: 1 })

  say('A lockfile is there exactly as long as its incident is. Both are gone.')
  await lastalive(status, { exit: 0, mails: 0 })
}

/** The table in which manitou-mdx notes what it does: a name, and a value, which is text even where it is a time. */
function createTable(path) {
  write(path, (file) => {
    file.exec('CREATE TABLE runtime_info (rt_key varchar(100) NOT NULL, rt_value text)')
    file.exec('CREATE UNIQUE INDEX runtime_info_key ON runtime_info (rt_key)')
  })
}

/** All that a service must do to be watched: leave the time, here in seconds since 1970. */
function beat(path, { ago }) {
  const seconds = Math.floor(Date.now() / 1_000) - ago
  const sql = "INSERT INTO runtime_info VALUES ('last_alive', ?) ON CONFLICT (rt_key) DO UPDATE SET rt_value = ?"
  write(path, (file) => file.prepare(sql).run(String(seconds), String(seconds)))
}

function write(path, work) {
  const file = new Database(path)
  try {
    work(file)
  } finally {
    file.close()
  }
}

/**
 * Runs the command, shows all that comes of it, and remembers where that is not what was expected.
 *
 * @param lines the arguments, as they are spread over lines
 */
async function lastalive(lines, expected) {
  const typed = ['lastalive', ...lines.map((words) => words.map(quote).join(' '))].join(' \\\n      ')
  print(`$ ${typed.replace(/ \\\n\s+/, ' ')}`)
  const { exit, output } = await start(lines.flat())
  print(output === '' ? QUIET : output)
  print(`exit code ${exit}: ${MEANINGS[exit] ?? 'it was killed'}\n`)
  const mails = mailbox.takeAll()
  for (const mail of mails) show(mail)
  if (exit !== expected.exit) surprises.push(`${lines[0][0]} ended with ${exit}, expected was ${expected.exit}`)
  if (mails.length !== expected.mails) {
    surprises.push(`${lines[0][0]} sent ${mails.length} mails, expected were ${expected.mails}`)
  }
}

function start(args) {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [COMMAND, ...args], { signal: deadline }, (_error, stdout, stderr) =>
      resolve({ exit: child.exitCode, output: `${stdout}${stderr}`.trimEnd() }),
    )
  })
}

/** A word as a shell takes it. */
function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** A mail server on a free port of this machine, and what it has taken. */
async function openMailbox() {
  const mails = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData: (stream, _session, accept) => {
      const keep = (mail) => {
        mails.push(mail)
        accept()
      }
      simpleParser(stream).then(keep, accept)
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: server.server.address().port,
    takeAll: () => mails.splice(0),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

function show(mail) {
  print(bold('A mail has arrived:'))
  const head = `From:    ${mail.from.text}\nTo:      ${mail.to.text}\nSubject: ${mail.subject}`
  print(indent(`${head}\n\n${mail.text.trimEnd()}\n`))
}

/** A file that outlives the demo, for trying the command by hand. */
function leaveOneToTry() {
  const place = mkdtempSync(join(tmpdir(), 'lastalive-try-'))
  const path = join(place, 'app.db')
  createTable(path)
  beat(path, { ago: 0 })
  // From elsewhere only the whole path leads to the command.
  const isHere = [process.cwd(), process.env.INIT_CWD ?? ROOT].every((here) => here === ROOT)
  const command = isHere ? 'bin/lastalive.js' : COMMAND
  say('Now you. This looks at a small database that was left for you: ok for ten minutes, then critical.')
  print(`$ node ${quote(command)} check --url ${quote(`sqlite:${path}`)} --key last_alive --critical 10m\n`)
  print(`When you are done: rm -r ${quote(place)}\n`)
}

function sayHowItWent() {
  for (const surprise of surprises) process.stderr.write(`demo: ${surprise}\n`)
  if (surprises.length === 0) return print('All went as it should.')
  process.exitCode = 1
}

function say(sentence) {
  print(`${bold(`# ${sentence}`)}\n`)
}

function bold(text) {
  return process.stdout.isTTY === true ? `\u001b[1m${text}\u001b[0m` : text
}

function indent(text) {
  return text.replaceAll(/^(?=.)/gm, '    ')
}

function print(text) {
  process.stdout.write(`${text}\n`)
}

/** Something that opens SQLite files: better-sqlite3, or else what newer versions of Node bring. */
async function loadSqlite() {
  try {
    const { default: BetterSqlite } = await import('better-sqlite3')
    // Whether it was built for this version of Node shows when it is first used.
    new BetterSqlite(':memory:').close()
    return BetterSqlite
  } catch (error) {
    const builtIn = nodeSqlite()
    if (builtIn !== undefined) return builtIn.DatabaseSync
    // npm leaves a package out that it cannot build. Then there is nothing to rebuild.
    const install =
      error.code === 'ERR_MODULE_NOT_FOUND'
        ? 'npm install --foreground-scripts better-sqlite3'
        : 'npm rebuild better-sqlite3'
    process.stderr.write(`demo: cannot load better-sqlite3; run: ${install}, or use Node 22.16 or newer\n`)
    process.exit(1)
  }
}

/** Node says that its SQLite is experimental, which is no part of the story. */
function nodeSqlite() {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule?.('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}
