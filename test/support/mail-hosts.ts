import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.ts'
import { ALONE, QUEUES, settings } from './postfix-settings.ts'
import { asUser, serverUser } from './postgres.ts'
import { startServerGroup } from './server-group.ts'
import { launcherOf } from './unpacked.ts'

/** What suites say where they have to be skipped. */
export const MAIL_HOSTS_MISSING = 'not root, or no mail programs with a queue: let .ci/run unpack them'

/** The mail system of a host: it queues what it takes, and hands it to a relay by itself. */
interface MailSystem {
  /** where .ci/run unpacks it */
  readonly folder: string
  /** a program that no other has */
  readonly program: string
  /** what lies below /etc, by its path; the relay is at a port of loopback */
  readonly configuration: (port: number) => Readonly<Record<string, string>>
  /** directories below /var/spool, that are the mail user's */
  readonly spool: readonly string[]
  /** lines of sh that prepare what else it needs, and start what stays in the foreground */
  readonly service: string
  /** lines of sh by which an administrator has all that waits tried at once */
  readonly flush: string
}

const AS_MAIL = asUser(serverUser('mail'), []).flat().join(' ')

const MAIL_SYSTEMS: Readonly<Record<string, MailSystem>> = {
  dma: {
    folder: '.mailers/dma',
    program: '/usr/sbin/dma',
    configuration: (port) => ({
      mailname: 'watch.domain.tld\n',
      'dma/dma.conf': `SMARTHOST 127.0.0.1\nPORT ${port}\nMAILNAME /etc/mailname\nNULLCLIENT\n`,
    }),
    spool: ['dma'],
    service: 'exec sleep infinity',
    // Who sleeps looks half a minute later, unless it is woken.
    flush: 'dma -q; kill -HUP -1',
  },
  nullmailer: {
    folder: '.mailers/nullmailer',
    program: '/usr/sbin/nullmailer-send',
    configuration: (port) => ({
      mailname: 'watch.domain.tld\n',
      'nullmailer/remotes': `127.0.0.1 smtp port=${port}\n`,
    }),
    spool: ['nullmailer', 'nullmailer/queue', 'nullmailer/tmp', 'nullmailer/failed'],
    service: `${AS_MAIL} mkfifo -m 600 /var/spool/nullmailer/trigger; exec ${AS_MAIL} nullmailer-send`,
    flush: 'echo 1 >/var/spool/nullmailer/trigger',
  },
  Postfix: {
    folder: '.postfix',
    program: '/usr/lib/postfix/sbin/master',
    configuration: (port) => ({ 'postfix/main.cf': mainCf(port), 'postfix/master.cf': MASTER_CF }),
    spool: QUEUES.map((name) => name.replace('queue', 'postfix')),
    service: 'mkdir /var/spool/postfix/pid; exec /usr/lib/postfix/sbin/master -d',
    flush: 'postqueue -f',
  },
}

/** By their names. */
export const MAIL_HOSTS = Object.keys(MAIL_SYSTEMS)

const launchers = new Map(
  Object.entries(MAIL_SYSTEMS).map(([name, { folder, program }]) => [name, launcherOf(folder, [program])]),
)

/** Whether they can be started: they become the mail user, which root may. */
export function canRunMailHosts(): boolean {
  return serverUser('mail') !== undefined && [...launchers.values()].every((launcher) => launcher !== undefined)
}

/** A host with such a mail system, in mounts and processes of its own. */
export interface MailHost {
  /** its /usr/sbin/sendmail */
  readonly sendmail: string
  /** what its `mailq` prints */
  mailq(): string
  /** has it try now what it could not hand over */
  flush(): void
}

/** What the host has of its own; the process whose number is written down is the one that others join. */
const SETTLE = `cd "$0"
hostname watch.domain.tld
mount -t overlay overlay -o lowerdir=etc:/etc /etc
mount --bind spool /var/spool
read -r pid rest </proc/self/stat
echo "$pid" >pid
cd /
`

/** Starts one, gone with all its processes when the test is over. */
export async function startMailHost(name: string, port: number): Promise<MailHost> {
  const [system, launcher] = [MAIL_SYSTEMS[name], launchers.get(name)]
  if (system === undefined || launcher === undefined) throw new Error(MAIL_HOSTS_MISSING)
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-host-'))
  furnish(dir, system, port)
  const own = ['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child']
  const host = startServerGroup([...launcher, ...own, 'sh', '-ec', SETTLE + system.service, dir])
  onTestFinished(async () => {
    const ended = host.ended()
    host.kill()
    await ended
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  })
  const file = join(dir, 'pid')
  const pid = await eventually(() => (existsSync(file) && readFileSync(file, 'utf8').trim()) || undefined, {
    what: name,
  })
  const inside = ['nsenter', '--target', pid, '--mount', '--uts', '--pid']
  const sendmail = join(dir, 'sendmail')
  writeFileSync(sendmail, `#!/bin/sh\nexec ${inside.join(' ')} /usr/sbin/sendmail "$@"\n`, { mode: 0o755 })
  const said = (line: string): string => {
    const [program = '', ...words] = [...inside, 'sh', '-c', line]
    return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  }
  return { sendmail, mailq: () => said('mailq'), flush: () => void said(system.flush) }
}

function furnish(dir: string, { configuration, spool }: MailSystem, port: number): void {
  chmodSync(dir, 0o755)
  const user = serverUser('mail')
  for (const [path, text] of Object.entries(configuration(port))) {
    mkdirSync(join(dir, 'etc', path, '..'), { recursive: true })
    writeFileSync(join(dir, 'etc', path), text)
  }
  for (const name of spool) {
    const path = join(dir, 'spool', name)
    mkdirSync(path, { recursive: true })
    if (user !== undefined) chownSync(path, user.uid, user.gid)
  }
}

function mainCf(port: number): string {
  return settings({
    ...ALONE,
    data_directory: '/var/spool/postfix/saved',
    maillog_file: '/var/spool/postfix.log',
    maillog_file_prefixes: '/var/spool',
    myhostname: 'watch.domain.tld',
    relayhost: `[127.0.0.1]:${port}`,
  })
}

const MASTER_CF = `pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
postlog unix-dgram n - n - 1 postlogd
`
