import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Mailbox, openMailbox } from './mailbox.ts'
import { dovecotConf, mainCf, masterCf, type Places, type Ports, QUEUES } from './postfix-settings.ts'
import { asUser, freePort, makeCertificate, serverUser } from './postgres.ts'
import { startServerGroup } from './server-group.ts'
import { launcherOf } from './unpacked.ts'

/** What suites say where they have to be skipped. */
export const POSTFIX_MISSING =
  'not root, or no Postfix with Dovecot: let .ci/run unpack them, or apt-get install postfix dovecot-imapd'

const MASTER = '/usr/lib/postfix/sbin/master'
const DOVECOT = '/usr/sbin/dovecot'
const PROGRAMS = [MASTER, '/usr/lib/postfix/sbin/virtual', DOVECOT, '/usr/lib/dovecot/imap']

/** The words before a server's own. Once installed, Postfix would be the mail system of the machine. */
const launcher = launcherOf('.postfix', PROGRAMS)

/** Whether the servers can be started: Postfix's master serves root only. */
export function canRunPostfix(): boolean {
  return launcher !== undefined && process.getuid?.() === 0
}

/** Postfix, which takes mail from those who log in, and Dovecot, which knows their passwords and shows the mail. */
export interface TestPostfix {
  readonly ports: Ports
  /** file with the certificate of the authority that vouches for all of them on 127.0.0.1 */
  readonly authority: string
  /** from now on mail is taken for these addresses, and refused for others */
  takeFor(addresses: readonly string[]): void
  /** reads the mail of an address, which need not be taken for yet */
  mailbox(address: string): Promise<Mailbox>
  /** stops everything and removes all of it */
  remove(): Promise<void>
}

/** Who may log in, and whose mail is taken. */
export interface PostfixSettings {
  /** everybody's */
  readonly password: string
  readonly addresses: readonly string[]
}

/** Starts the servers in a temporary directory, on loopback, without a glance at the system's own configuration. */
export async function startPostfix(settings: PostfixSettings): Promise<TestPostfix> {
  const user = serverUser('mail')
  if (launcher === undefined || user === undefined) throw new Error(POSTFIX_MISSING)
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-postfix-'))
  const [submission, smtps, ascii] = [await freePort(), await freePort(), await freePort()]
  const [imaps, imap] = [await freePort(), await freePort()]
  const places: Places = { dir, user, ports: { submission, smtps, ascii, imaps, imap } }
  furnish(places, settings)
  const servers = [
    startServerGroup([...launcher, ...asUser(user, [DOVECOT, '-F', '-c', join(dir, 'dovecot.conf')]).flat()]),
    startServerGroup([...launcher, MASTER, '-d', '-c', join(dir, 'postfix')]),
  ]
  const kill = (): void => {
    for (const server of servers) server.kill()
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  }
  process.once('exit', kill)
  try {
    for (const port of Object.values(places.ports)) await untilItListens(port, places)
  } catch (error) {
    kill()
    throw error
  }

  const open: Mailbox[] = []
  return {
    ports: places.ports,
    authority: join(dir, 'authority.crt'),
    takeFor: (addresses) => takeFor(places, addresses),
    mailbox: async (address) => {
      const ca = readFileSync(join(dir, 'authority.crt'), 'utf8')
      const mailbox = await openMailbox({ port: imaps, user: address, password: settings.password, ca })
      open.push(mailbox)
      return mailbox
    },
    remove: async () => {
      for (const mailbox of open) mailbox.close()
      const ended = servers.map((server) => server.ended())
      kill()
      await Promise.all(ended)
      process.off('exit', kill)
    },
  }
}

/** All that the servers find when they start. */
function furnish(places: Places, { password, addresses }: PostfixSettings): void {
  const { dir, user } = places
  const own = (name: string): void => chownSync(join(dir, name), user.uid, user.gid)
  chmodSync(dir, 0o755)
  own('.')
  for (const name of ['postfix', 'queue', 'queue/pid']) mkdirSync(join(dir, name))
  for (const name of [...QUEUES, 'postfix-data', 'dovecot', 'mail']) {
    mkdirSync(join(dir, name))
    own(name)
  }
  const authority = join(dir, 'authority')
  makeCertificate(authority, { name: 'Authority of a test' })
  makeCertificate(join(dir, 'server'), { name: 'localhost', altName: 'DNS:localhost,IP:127.0.0.1', authority })
  writeFileSync(join(dir, 'users'), addresses.map((address) => `${address}:${password}\n`).join(''), { mode: 0o600 })
  for (const name of ['users', 'server.key']) own(name)
  takeFor(places, addresses)
  writeFileSync(join(dir, 'dovecot.conf'), dovecotConf(places))
  writeAtRest(join(dir, 'postfix', 'main.cf'), mainCf(places))
  writeAtRest(join(dir, 'postfix', 'master.cf'), masterCf(places))
}

function takeFor({ dir }: Places, addresses: readonly string[]): void {
  writeAtRest(join(dir, 'mailboxes'), addresses.map((address) => `${address} ${address}/\n`).join(''))
}

/** Postfix reads a file that has just been written again and again, until that has rested for two seconds. */
function writeAtRest(path: string, text: string): void {
  writeFileSync(path, text)
  utimesSync(path, 1, 1)
}

async function untilItListens(port: number, { dir }: Places): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isUp) return
    await sleep(25)
  }
  const logs = ['postfix.log', 'dovecot.log'].map((name) => join(dir, name)).filter((path) => existsSync(path))
  throw new Error(`Postfix or Dovecot does not start: ${logs.map((path) => readFileSync(path, 'utf8')).join('')}`)
}
