import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readMounts } from '../../src/io/files/mounts.ts'
import type { Outcome } from './command.ts'
import { canBeNobody, lastaliveAsNobody } from './nobody.ts'
import { serverUser } from './postgres.ts'

/** What suites say where they have to be skipped. */
export const BEYOND_US_MISSING = 'needs root, setpriv, and a temporary folder that is not nosuid'

/** A folder of nobody's, a program in it that becomes root as sudo does, and a configuration with one check, called a. */
export interface Beyond {
  /** what a program goes on as that nobody but root may end; it notes its number */
  readonly goesOn: string
  /** writes a file that its owner may run, and says its path */
  put(name: string, text: string): string
  watch(check: Readonly<Record<string, unknown>>): void
  /** the built command as nobody, with that configuration and a state directory */
  command(name: string, ...words: readonly string[]): Promise<Outcome>
  /** the numbers of those that have been started and go on */
  alive(): readonly number[]
  /** ends them, as root */
  end(): void
}

/** Whether a program can be made that nobody runs as root. */
export function canBeBeyondUs(): boolean {
  if (process.getuid?.() !== 0 || !canBeNobody()) return false
  const point = readMounts()(tmpdir())
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  return !mounts.some((line) => line.split(' ')[4] === point && line.includes('nosuid'))
}

/** Makes all of it; it is gone, and all that was started has ended, when the test is over. */
export function makeBeyond(): Beyond {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-beyond-'))
  const user = serverUser('nobody')
  if (user === undefined) throw new Error('only root can be beyond anybody')
  const [become, started, config] = ['become', 'started', 'lastalive.yaml'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ]
  // Others must not find it: whoever runs it is root.
  chmodSync(dir, 0o700)
  chownSync(dir, user.uid, user.gid)
  copyFileSync(execFileSync('which', ['setpriv'], { encoding: 'utf8' }).trim(), become)
  chmodSync(become, 0o4755)
  const put: Beyond['put'] = (name, text) => {
    writeFileSync(join(dir, name), text, { mode: 0o700 })
    chownSync(join(dir, name), user.uid, user.gid)
    return join(dir, name)
  }
  const alive = (): readonly number[] => {
    const pids = existsSync(started) ? readFileSync(started, 'utf8').trim().split('\n').map(Number) : []
    return pids.filter((pid) => existsSync(`/proc/${pid}`))
  }
  const end = (): void => {
    for (const pid of alive()) process.kill(pid, 'SIGKILL')
  }
  onTestFinished(() => {
    end()
    rmSync(dir, { recursive: true, force: true })
  })
  const goesOn = put('goes-on', `#!/bin/sh\nexec ${become} --reuid=0 sh -c 'echo $$ >>${started}; exec sleep 300'\n`)
  return {
    goesOn,
    put,
    watch: (check) => {
      // JSON is YAML as well.
      put('lastalive.yaml', JSON.stringify({ timezone: 'UTC', checks: { a: check } }))
      chmodSync(config, 0o600)
    },
    command: (name, ...words) => lastaliveAsNobody([name, ...words, '--config', config, '--state', join(dir, 'state')]),
    alive,
    end,
  }
}
