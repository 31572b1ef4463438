import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { load } from 'js-yaml'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND, runProgram } from '../support/command.ts'
import { letTimePass } from '../support/passing-time.ts'
import { makeCertificate } from '../support/postgres.ts'
import { startRaw } from '../support/raw.ts'
import { startSServer } from '../support/s-server.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'
import { startWeb, type WebFixture } from '../support/web.ts'

const PAGE = readFileSync(new URL('../../docs/coming-from-checker.md', import.meta.url), 'utf8')
type Entry = Readonly<Record<string, unknown>>
/** What the page has one write. */
const WRITTEN = load(/```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '') as {
  readonly checks: Readonly<Record<string, Entry>>
}
const CRON = /```crontab\n([\s\S]*?)```/.exec(PAGE)?.[1]?.trim().split('\n') ?? []
/** What Checker does, by the first column of the table. */
const ROWS = [...PAGE.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)]
  .map(([, first]) => first)
  .filter((row) => !/^(Checker|-+)$/.test(row ?? ''))

/** A check of the page, which looks at something of ours. */
function written(name: string, at: Entry): Entry {
  const entry = WRITTEN.checks[name]
  if (entry === undefined) throw new Error(`the page has no check ${name}`)
  return { database: undefined, ...entry, ...at }
}

let scene: WatchingScene
let web: WebFixture
let dir: string
beforeEach(async () => {
  scene = await makeWatchingScene('CREATE TABLE queue(id)')
  web = await startWeb()
  dir = dirname(scene.path)
  onTestFinished(() => web.stop())
})

const run = () => scene.command(['run'])
/** The subjects of some runs, in which the web server answers so. */
async function told(...statuses: readonly number[]): Promise<readonly string[]> {
  for (const status of statuses) {
    web.answer({ status })
    await run()
  }
  return scene.subjects().map((subject) => subject.replace(/^\[lastalive\] (.*?): .*$/, '$1'))
}

function script(lines: string): string {
  const path = join(dir, 'script')
  writeFileSync(path, `#!/bin/sh\n${lines}\n`, { mode: 0o700 })
  return path
}

/** What each row promises, and whether it is so. */
const PROMISES: Readonly<Record<string, () => Promise<void>>> = {
  'HTTP 200': async () => {
    scene.watch({ shop: written('shop', { http: web.url }) })
    expect(await scene.judged()).toEqual({ shop: 'ok: answered 200 OK' })
    web.answer({ status: 204 })
    expect(await scene.judged()).toEqual({ shop: expect.stringMatching(/^critical: answered 204 /) })
  },

  'TLS certificate expiry below 30 days': async () => {
    for (const [days, state] of [
      [29, 'critical'],
      [31, 'ok'],
    ] as const) {
      const path = join(dir, `of-${days}`)
      makeCertificate(path, { name: 'shop', altName: 'DNS:localhost', days })
      const tls = `localhost:${await startSServer(path)}`
      scene.watch({ cert: written('cert', { tls, ca: `${path}.crt` }) })
      expect(await scene.judged()).toEqual({ cert: expect.stringMatching(new RegExp(`^${state}: `)) })
    }
  },

  'TCP connect': async () => {
    const port = await startRaw(() => {})
    scene.watch({ ssh: written('ssh', { tcp: `127.0.0.1:${port}` }), gone: written('ssh', { tcp: '127.0.0.1:1' }) })
    expect(await scene.judged()).toEqual({
      ssh: expect.stringMatching(/^ok: /),
      gone: expect.stringMatching(/^critical: /),
    })
  },

  "a job class of one's own": async () => {
    const path = join(dir, 'own.mjs')
    writeFileSync(path, "export const read = () => ({ kind: 'judged', severity: 'critical', summary: 'own' })")
    web.answer({ status: 200, body: '{"waiting": 101}' })
    scene.database.exec(
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 101) INSERT INTO queue SELECT i FROM n',
    )
    const limit = { database: undefined, measure: 'number', critical: 100 }
    writeFileSync(join(dir, 'waiting'), '101\n')
    scene.watch({
      query: written('queue', { database: 'app' }),
      file: { ...limit, file: join(dir, 'waiting') },
      command: { database: undefined, command: [script('echo 101')], prints: 'number', critical: 100 },
      page: { ...limit, http: web.url, json: '$.waiting' },
      module: { database: undefined, module: path },
    })
    const full = 'critical: 101 (limit 100)'
    expect(await scene.judged()).toEqual({
      query: full,
      file: full,
      command: full,
      page: full,
      module: 'critical: own',
    })
  },

  'a spawner, one job for each server': async () => {
    const foreach = [web.port, 1].map(String)
    scene.watch({ 'site-{each}': written('site-{each}', { foreach, http: 'http://127.0.0.1:{each}/' }) })
    expect(await told(200)).toEqual(['CRITICAL site-1'])
    expect(await told(500)).toEqual([`CRITICAL site-${web.port}`])
    expect(await told(200)).toEqual([`OK site-${web.port}`])
  },

  'notify every time': async () => {
    scene.watch({ loud: written('loud', { http: web.url }) })
    expect(await told(500, 500, 500)).toEqual(['CRITICAL loud', 'REMINDER CRITICAL loud', 'REMINDER CRITICAL loud'])
  },

  'notify at most each 5 min, 10 min, hour, day': async () => {
    for (const [remind, seconds] of [
      ['5m', 300],
      ['10m', 600],
      ['1h', 3_600],
      ['1d', 86_400],
    ] as const) {
      scene = await makeWatchingScene()
      scene.watch({ [`a${remind}`]: written('slow', { http: web.url, failures: 1, remind }) })
      expect(await told(500)).toContain(`CRITICAL a${remind}`)
      const pass = (part: number): void => {
        for (const path of scene.lockfiles()) letTimePass(path, seconds * part * 1_000)
      }
      pass(0.8)
      expect(await told(500)).toEqual([])
      pass(0.2)
      expect(await told(500)).toEqual([`REMINDER CRITICAL a${remind}`])
    }
  },

  'notify on state change': async () => {
    scene.watch({ shop: written('shop', { http: web.url }) })
    expect(await told(500, 500, 500)).toEqual(['CRITICAL shop'])
  },

  'after 1, 2, 5 or 10 failures in a row': async () => {
    for (const failures of [1, 2, 5, 10]) {
      scene = await makeWatchingScene()
      scene.watch({ [`a${failures}`]: written('slow', { http: web.url, failures, recovered: false }) })
      const tooFew = Array<number>(failures - 1).fill(500)
      expect(await told(200, ...tooFew, 200, ...tooFew)).toEqual([])
      expect(await told(500)).toEqual([`CRITICAL a${failures}`])
    }
  },

  'a success mail on state change': async () => {
    scene.watch({ shop: written('shop', { http: web.url }), calm: written('calm', { http: web.url }) })
    await told(500)
    expect(await told(200)).toEqual(['OK shop'])
  },

  'the e-mail check, which mails itself and looks for the mail by IMAP': async () => {
    scene.watch({ shop: written('shop', { http: web.url }) })
    expect(await scene.command(['test-alert'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/accepted/) })
    expect(scene.subjects()).toHaveLength(1)
  },

  'peers: `True`, `MailProblem`, `JobProblem`': async () => {
    const now = new Date().toISOString()
    const well = { at: now, judged: 3, peers: 0, accepted: 0, errors: 0 }
    const failing = { ...well, failingSince: new Date(Date.now() - 600_000).toISOString(), undelivered: 1 }
    const peer = join(dir, 'lastalive.json')
    const mail = { from: 'a@domain.tld', smtp: scene.smtp.url }
    const notifiers = {
      ops: { mail: { ...mail, to: ['ops@domain.tld'] } },
      admin2: { mail: { ...mail, to: ['admin-of-watch2@domain.tld'] } },
    }
    scene.watch({ watch2: written('watch2', { peer }) }, { notifiers })
    const heard = async (said: string) => {
      writeFileSync(peer, said)
      await run()
      return scene.mails().map(({ parsed, to }) => [to, parsed.text?.split('\n')[0]])
    }
    const admin = ['admin-of-watch2@domain.tld']
    expect(await heard(JSON.stringify(well))).toEqual([])
    // Neither hides the other.
    expect(await heard(JSON.stringify({ ...failing, judged: 0 }))).toEqual([[admin, expect.stringMatching(/./)]])
    expect(Object.keys(await scene.judged()).toSorted()).toEqual(['watch2', 'watch2/checks', 'watch2/telling'])
    expect(await heard('True')).toEqual([[admin, expect.stringContaining('strange answer')]])
  },

  'a host that only watches peers': async () => {
    const other = await makeWatchingScene()
    const own = join(dir, 'own.json')
    writeFileSync(own, JSON.stringify({ at: new Date().toISOString(), judged: 1, peers: 0, accepted: 0, errors: 0 }))
    other.watch({ watch1: { database: undefined, peer: own } })
    const peer = join(dir, 'lastalive.json')
    await other.command(['run', '--beat-to', peer])
    scene.watch({
      watch2: written('watch2', { peer, notify: 'ops' }),
      only: { database: undefined, peer, checks: 'none' },
    })
    const judged = await scene.judged()
    expect(judged).toMatchObject({
      'watch2/checks': expect.stringMatching(/^critical: /),
      only: expect.stringMatching(/^ok: /),
    })
    expect(judged['only/checks'] ?? 'ok: ').toMatch(/^ok: /)
  },

  "peers ask `GET /` of a server of Checker's": async () => {
    const beat = join(dir, 'beat.json')
    scene.watch({ shop: written('shop', { http: web.url }) })
    await scene.command(['run', '--beat-to', beat])
    web.answer({ status: 200, body: readFileSync(beat, 'utf8') })
    scene.watch({ watch2: written('watch2', { peer: `${web.url}/lastalive.json`, notify: 'ops' }) })
    expect(await scene.judged()).toMatchObject({ watch2: expect.stringMatching(/^ok: /) })
  },
}

describe('docs/coming-from-checker.md', () => {
  test('has a promise for each row', () => expect(Object.keys(PROMISES)).toEqual(ROWS))

  test.each(ROWS)('%s', async (row = '') => {
    await PROMISES[row]?.()
  })

  test('has the four lines of cron, each with a state of its own', async () => {
    const tags = CRON.map((line) => /--tag (\w+)/.exec(line)?.[1] ?? '')
    expect(tags).toEqual(['minute', 'hour', 'day', 'noon'])
    const shop = (...of: readonly string[]) => written('shop', { http: web.url, tags: of })
    scene.watch({ ...Object.fromEntries(tags.map((tag) => [`each-${tag}`, shop(tag)])), often: shop('minute', 'hour') })
    mkdirSync(join(dir, 'states'))
    for (const line of CRON) {
      // As cron hands it to a shell: five fields, then the command.
      const command = line.replace(/^(?:\S+ +){5}lastalive/, `'${process.execPath}' '${COMMAND}'`)
      const here = command.replace('/var/lib/lastalive', join(dir, 'states'))
      const more = `--config '${join(dir, 'lastalive.yaml')}' --format text`
      const { code, stdout } = await runProgram(['sh', '-c', `${here} ${more}`])
      const tag = /--tag (\w+)/.exec(line)?.[1]
      const named = [...stdout.matchAll(/^ok +(\S+) /gm)].map(([, name]) => name)
      expect([code, named.toSorted()]).toEqual([
        0,
        [`each-${tag}`, ...(['minute', 'hour'].includes(tag ?? '') ? ['often'] : [])].toSorted(),
      ])
    }
  })
})
