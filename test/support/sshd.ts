import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from './postgres.ts'

const SSHD = ['/usr/sbin/sshd', resolve('node_modules/.tools/usr/sbin/sshd')].find((path) => existsSync(path))

export const SSHD_MISSING = 'let .ci/run unpack openssh-server'

/** Whether there is one that can be started. */
export function hasSshd(): boolean {
  return SSHD !== undefined && process.getuid?.() === 0
}

/** A server that lets root of this machine in by a key of its own. */
export interface TestSshd {
  /** options for a client */
  readonly config: string
  stop(): void
}

/** It has a /run and a list of users of its own, so that this machine needs none of both. */
export async function startSshd(): Promise<TestSshd> {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-sshd-'))
  const at = (name: string): string => join(directory, name)
  for (const name of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)])
  const port = await freePort()
  writeFileSync(at('authorized_keys'), readFileSync(at('user.pub')), { mode: 0o600 })
  writeFileSync(
    at('sshd_config'),
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${at('host')}\nAuthorizedKeysFile ${at('authorized_keys')}\nStrictModes no\nPermitRootLogin yes\nPidFile none\nSetEnv PATH=${directory}/bin:/usr/bin:/bin\n`,
  )
  writeFileSync(
    at('config'),
    `Host host\n  HostName 127.0.0.1\n  Port ${port}\n  User root\n  IdentityFile ${at('user')}\n  UserKnownHostsFile ${at('known')}\n  StrictHostKeyChecking accept-new\n  BatchMode yes\n`,
  )
  mkdirSync(at('bin'))
  const users = readFileSync('/etc/passwd', 'utf8')
  writeFileSync(
    at('passwd'),
    users.includes('\nsshd:') ? users : `${users}sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`,
  )
  const script = `mount -t tmpfs none /run && mkdir /run/sshd && mount --bind ${at('passwd')} /etc/passwd && exec ${SSHD} -D -e -f ${at('sshd_config')}`
  const server = spawn('unshare', ['-m', 'sh', '-c', script], { stdio: 'ignore' })
  await answering(port)
  return {
    config: at('config'),
    stop: () => {
      server.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function answering(port: number, tries = 100): Promise<void> {
  const isThere = await new Promise<boolean>((end) => {
    const socket = connect(port, '127.0.0.1', () => end(true)).on('error', () => end(false))
    socket.on('close', () => socket.destroy())
    socket.unref()
  })
  if (isThere) return
  if (tries === 0) throw new Error('sshd does not answer')
  await new Promise((again) => void setTimeout(again, 100))
  await answering(port, tries - 1)
}
