import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Cause, NoticeKind, Severity } from '../../src/core/types.ts'
import { JOB_TABLE, RUN_TABLE } from '../../src/sources/sql/job/table.ts'
import { makeScript } from '../notifiers/scripts.ts'
import { DOWN } from '../support/configured.ts'
import { breachesOf, CONTRACTS, type Contract, schemaOf } from '../support/contract.ts'
import { OF_A_DATABASE } from '../support/hostile.ts'
import { letDaysPass } from '../support/passing-time.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { ALERT, SENDER } from '../support/scene.ts'
import { enumsIn, spoilt, unseenIn } from '../support/schemas.ts'
import { makeWatchingScene } from '../support/watching.ts'

const LIMITS = { warning: '5m', critical: '10m' }
const seen = (name: string) => ({ query: `SELECT seen FROM beats WHERE name = '${name}'`, ...LIMITS })

/** A scene with something of everything that can be the case, run once. */
async function makeFullScene() {
  const scene = await makeWatchingScene(
    `CREATE TABLE beats(name, seen); ${JOB_TABLE.making.sqlite}; ${RUN_TABLE.making.sqlite};
    INSERT INTO lastalive_job_run (job, exit_code, output) VALUES ('backup', 3, 'no space left')`,
  )
  const script = await makeScript()
  onTestFinished(() => script.stop())
  const beat = (name: string, secondsAgo: number): void => {
    scene.database.prepare('DELETE FROM beats WHERE name = ?').run(name)
    scene.database.prepare("INSERT INTO beats VALUES (?, strftime('%s', 'now') - ?)").run(name, secondsAgo)
  }
  for (const name of ['silent', 'late', 'due', 'planned', 'flapping', 'seen', 'closing']) beat(name, 2_525)
  beat('late', 400)
  beat('alive', 0)
  for (const [, name] of OF_A_DATABASE.filter(([, { length }]) => length < 1_000)) {
    scene.database.prepare('INSERT INTO beats VALUES (?, 1)').run(`w${name}`)
  }
  scene.watch(
    {
      alive: seen('alive'),
      silent: { ...seen('silent'), note: 'call the operator', runbook: 'https://wiki.domain.tld/silent' },
      late: seen('late'),
      due: { ...seen('due'), expires: true, warning: '0s', critical: '1h' },
      planned: { ...seen('planned'), tags: ['night'] },
      flapping: { ...seen('flapping'), flap: '1 in 1h' },
      seen: seen('seen'),
      closing: seen('closing'),
      behind: { ...seen('silent'), after: ['silent'] },
      depth: { query: 'SELECT count(*) FROM beats', measure: 'number', warning: '2', critical: '1:' },
      workers: { rows: "SELECT name, seen FROM beats WHERE name GLOB 'w*'", ...LIMITS },
      backup: { job: 'backup' },
      lost: { database: 'gone', key: 'x', critical: '10m' },
    },
    {
      databases: { app: { url: `sqlite:${scene.path}`, skew: '30s' }, gone: `sqlite:${scene.path}.gone` },
      notifiers: {
        desk: { command: { run: [script.path] } },
        down: { mail: { to: ALERT, from: SENDER, smtp: DOWN } },
      },
    },
  )
  await scene.command(['silence', 'planned', '--for', '1d'])
  await scene.command(['silence', 'pla*', '--tag', 'night', '--for', '1h', '--note', 'deploy'])
  const read = async (...words: readonly string[]): Promise<unknown> =>
    JSON.parse((await scene.command([...words, '--format', 'json'])).stdout)
  return { ...scene, script, beat, read }
}

type FullScene = Awaited<ReturnType<typeof makeFullScene>>

/** Lets something happen of all that a lockfile or the journal can tell. */
async function letMuchHappen({ command, beat, state }: FullScene): Promise<void> {
  await command(['run'])
  await command(['ack', 'seen', '--note', 'on it', '--for', '1h'])
  await command(['ack', 'silent'])
  beat('late', 2_525)
  for (const secondsAgo of [0, 2_525]) {
    beat('flapping', secondsAgo)
    beat('closing', 0)
    await command(['run'])
  }
  await command(['clear', 'due'])
  const [lockfile = ''] = readdirSync(state).filter((name) => name.startsWith('planned'))
  rmSync(join(state, lockfile))
}

/** Real output for each contract, in which each field has a value somewhere, and is null where it can be. */
const SAMPLES: Readonly<Record<Contract, (scene: FullScene) => Promise<readonly unknown[]>>> = {
  report: async (scene) => {
    const first = await scene.read('run')
    const again = await scene.read('check')
    const broken = await lastalive([...scene.args(['run', '--format', 'json']).slice(0, -1), '/dev/null/state'])
    scene.watch({ wrong: { key: 'k', critical: '30 minuts' } })
    return [first, again, JSON.parse(broken.stdout), await scene.read('run')]
  },
  status: async (scene) => {
    const before = await scene.read('status')
    await scene.command(['run'])
    const silenced = await scene.read('status')
    await letMuchHappen(scene)
    const firstBad = new Date()
    const ofLast = { count: 1, firstBad, recent: 'x-x', failures: { count: 3, of: 5 } }
    const pending = { earlier: { count: 1, firstBad }, row: { count: 1, firstBad, failures: 3 }, 'rows/a': ofLast }
    writeFileSync(join(scene.state, 'pending-0123456789.json'), JSON.stringify({ version: 1, pending }), {
      mode: 0o600,
    })
    const after = await scene.read('status')
    // As an earlier version left it.
    const lastRun = { at: new Date(), judged: 1, accepted: 0, errors: 0 }
    writeFileSync(join(scene.state, 'last-run.json'), JSON.stringify(lastRun))
    return [before, after, silenced, await scene.read('status')]
  },
  history: async (scene) => {
    const before = await scene.read('status', '--history')
    await letMuchHappen(scene)
    const after = await scene.read('status', '--history')
    // As where the journal has become too long, and begins anew.
    const journal = join(scene.state, 'journal.jsonl')
    const lines = readFileSync(journal, 'utf8').split('\n')
    writeFileSync(journal, lines.filter((line) => !/"opened".*"closing"/.test(line)).join('\n'))
    const cut = await scene.read('status', '--history')
    letDaysPass(journal, 40)
    return [
      before,
      after,
      cut,
      await scene.read('status', '--history'),
      await scene.read('status', '--history', '--limit', '1'),
    ]
  },
  message: async (scene) => {
    await letMuchHappen(scene)
    await scene.command(['test-alert', 'desk'])
    return (await scene.script.calls()).map(({ input }) => JSON.parse(input))
  },
}

describe.each(CONTRACTS)('the schema of a %s', (contract) => {
  test('says what is printed, field by field, and would notice one that is gone, new or of another kind', async () => {
    const samples = await SAMPLES[contract](await makeFullScene())
    for (const sample of samples) expect(breachesOf(contract, sample)).toEqual([])
    expect(unseenIn(schemaOf(contract), samples)).toEqual([])
    const unnoticed = samples
      .slice(0, 3)
      .flatMap((sample) => spoilt(sample).filter(({ value }) => breachesOf(contract, value).length === 0))
    expect(unnoticed.map(({ how }) => how)).toEqual([])
  })
})

test('the examples of docs/json.md are right', () => {
  const page = readFileSync(new URL('../../docs/json.md', import.meta.url), 'utf8')
  const [report = '', message = ''] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text)
  expect([breachesOf('report', JSON.parse(report)), breachesOf('message', JSON.parse(message))]).toEqual([[], []])
})

test('the words of the schemas are those of the program', () => {
  const severities: Record<Severity, true> = { ok: true, unknown: true, warning: true, critical: true }
  const kinds: Record<NoticeKind, true> = {
    opened: true,
    worsened: true,
    reminder: true,
    flapping: true,
    settled: true,
    closed: true,
    missed: true,
  }
  const causes: Record<Cause, true> = {
    age: true,
    overdue: true,
    schedule: true,
    amount: true,
    absent: true,
    judged: true,
    vanished: true,
    future: true,
    skew: true,
    response: true,
    rows: true,
    blocked: true,
    answered: true,
    stuck: true,
    configuration: true,
    unreachable: true,
    timeout: true,
    denied: true,
    invalid: true,
    failed: true,
  }
  const enums = CONTRACTS.flatMap((contract) => enumsIn(schemaOf(contract)))
  const known = [severities, kinds, causes].map((words) => Object.keys(words).toSorted())
  const { ok: _, ...bad } = severities
  const allowed = [...known, Object.keys(bad).toSorted(), [...Object.keys(kinds), 'test'].toSorted()]
  const others = [
    ['check', 'clock', 'database', 'response', 'run'],
    ['cleared', 'closed', 'null', 'unseen'],
  ]
  expect(enums.length).toBeGreaterThan(10)
  expect(enums.filter((words) => ![...allowed, ...others].some((set) => set.join() === words.join()))).toEqual([])
})
