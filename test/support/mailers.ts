import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { launcherOf } from './unpacked.ts'

/** What suites say where they have to be skipped. */
export const MAILERS_MISSING = 'no mail programs: let .ci/run unpack them'

/** A program that takes mail as sendmail does, and hands it to a relay. */
interface Mailer {
  /** as Debian has it */
  readonly path: string
  /** its configuration for a relay at a port of loopback */
  readonly configuration: (port: number, place: Place) => string
}

/** Where a mailer may keep what it keeps, and the words by which it is started. */
interface Place {
  readonly dir: string
  readonly launcher: readonly string[]
}

const MAILERS: Readonly<Record<string, Mailer>> = {
  msmtp: {
    path: '/usr/bin/msmtp',
    configuration: (port) => `account default\nhost 127.0.0.1\nport ${port}\nauth off\ntls off\n`,
  },
  ssmtp: {
    path: '/usr/sbin/ssmtp',
    configuration: (port) => `mailhub=127.0.0.1:${port}\nFromLineOverride=YES\nhostname=watch.domain.tld\n`,
  },
  esmtp: {
    path: '/usr/bin/esmtp',
    configuration: (port) => `hostname = 127.0.0.1:${port}\nstarttls = disabled\n`,
  },
  sendmail: { path: '/usr/libexec/sendmail/sendmail', configuration: sendmailCf },
}

const launchers = new Map(
  Object.entries(MAILERS).map(([name, { path }]) => [name, launcherOf(`.mailers/${name}`, [path])]),
)

/** Whether all of them are there. */
export function hasMailers(): boolean {
  return [...launchers.values()].every((launcher) => launcher !== undefined)
}

/** A program that runs a mailer in mounts of its own. */
export interface MailProgram {
  readonly path: string
  /** from now on its relay is at this port */
  aim(port: number): void
}

/** Sendmail waits a minute for a name of this host that has a dot. */
const NAMED = ['unshare', '--uts', 'sh', '-ec', 'hostname watch.domain.tld; exec "$0" "$@"']

/** Makes a program, gone when the test is over, that takes no more words than sendmail. */
export function makeMailProgram(name: string): MailProgram {
  const mailer = MAILERS[name]
  const launcher = launchers.get(name)
  if (mailer === undefined || launcher === undefined) throw new Error(MAILERS_MISSING)
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-mailer-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [configuration, path] = [join(dir, 'configuration'), join(dir, 'program')]
  const words = [...launcher, ...NAMED, mailer.path, '-C', configuration].map((word) => `'${word}'`)
  writeFileSync(path, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`)
  chmodSync(path, 0o755)
  const aim = (port: number): void =>
    writeFileSync(configuration, mailer.configuration(port, { dir, launcher }), { mode: 0o600 })
  return { path, aim }
}

/** sendmail.cf, as its own macros make it: everything goes to the relay at once, and is queued where that defers. */
function sendmailCf(port: number, { dir, launcher }: Place): string {
  const define = (name: string, value: string): string => `define(\`${name}', \`${value}')dnl`
  const lines = [
    "OSTYPE(`linux')dnl",
    "undefine(`ALIAS_FILE')dnl",
    define('QUEUE_DIR', join(dir, 'queue')),
    define('STATUS_FILE', ''),
    define('confPID_FILE', join(dir, 'pid')),
    define('confDELIVERY_MODE', 'interactive'),
    define('confDOMAIN_NAME', 'watch.domain.tld'),
    define('confHOSTS_FILE', join(dir, 'hosts')),
    define('confSERVICE_SWITCH_FILE', join(dir, 'switch')),
    define('SMART_HOST', 'relay:[127.0.0.1]'),
    define('RELAY_MAILER_ARGS', `TCP $h ${port}`),
    "FEATURE(`nocanonify')dnl",
    "FEATURE(`accept_unresolvable_domains')dnl",
    "MAILER(`smtp')dnl",
  ]
  mkdirSync(join(dir, 'queue'), { recursive: true, mode: 0o700 })
  writeFileSync(join(dir, 'hosts'), `127.0.0.1 watch.domain.tld ${hostname()} localhost\n`)
  writeFileSync(join(dir, 'switch'), 'hosts files\naliases files\n')
  writeFileSync(join(dir, 'sendmail.mc'), `${lines.join('\n')}\n`)
  const macros = '/usr/share/sendmail/cf/'
  const [program = '', ...args] = [
    ...launcher,
    'm4',
    `-D_CF_DIR_=${macros}`,
    `${macros}m4/cf.m4`,
    join(dir, 'sendmail.mc'),
  ]
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
