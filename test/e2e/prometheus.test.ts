import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseExposition } from '../support/exposition.ts'
import { OF_A_DATABASE } from '../support/hostile.ts'
import {
  NODE_EXPORTER_MISSING,
  PROMETHEUS_MISSING,
  prometheusProgram,
  promtool,
  startNodeExporter,
} from '../support/prometheus.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { epoch } from '../support/scene.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

const TABLE =
  'CREATE TABLE w(name text, seen integer); CREATE TABLE depth(n integer); INSERT INTO depth VALUES (7); ' +
  'CREATE TABLE due(at integer)'
const WORKERS = { rows: 'SELECT name, seen FROM w', critical: '5m' }
const GRAVE = { w: WORKERS, depth: { query: 'SELECT n FROM depth', measure: 'number', warning: '0:5', critical: 10 } }

/** A scene whose rows have these names; each is silent. */
async function makeRows(names: readonly string[]): Promise<WatchingScene> {
  const scene = await makeWatchingScene(TABLE)
  const put = scene.database.prepare('INSERT INTO w VALUES (?, 1000)')
  for (const name of names) put.run(name)
  scene.watch(GRAVE)
  return scene
}

/** What a text says, by name and by the labels that matter here. */
function figuresIn(text: string): Readonly<Record<string, number>> {
  const named = parseExposition(text).samples.map(({ name, labels, value }) => {
    const { run: _, database: __, ...own } = labels
    return [[name.replace('lastalive_', ''), ...Object.values(own)].join(' '), value]
  })
  return Object.fromEntries(named)
}

describe.each(['run', 'check'])('%s --format prometheus', (command) => {
  test('says of each check what is known, and nothing else', async () => {
    const scene = await makeWatchingScene(TABLE)
    scene.database.exec(`INSERT INTO w VALUES ('fresh', ${epoch(-30)}), ('silent', 1000), ('never', NULL)`)
    scene.database.exec(`INSERT INTO due VALUES (${epoch(3_600)})`)
    const due = { query: 'SELECT at FROM due', expires: true, critical: '1h' }
    const databases = { app: `sqlite:${scene.path}`, lost: `sqlite:${scene.path}.lost` }
    scene.watch({ ...GRAVE, due, gone: { database: 'lost', key: 'x', critical: '5m' } }, { databases })
    const { code, stdout, stderr } = await scene.command([command, '--format', 'prometheus'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    const now = Date.now() / 1_000
    const near = (value: number) => expect.closeTo(value, -1.5)
    expect(figuresIn(stdout)).toEqual({
      'state database:app': 0,
      'state w': 0,
      'state w fresh': 0,
      'state w silent': 2,
      'state w never': 3,
      'state depth': 1,
      'state due': 0,
      'state database:lost': 2,
      'state gone': 3,
      ...Object.fromEntries(
        ['w', 'w fresh', 'w silent', 'w never', 'depth', 'due'].map((name) => [`blocked ${name}`, 0]),
      ),
      'blocked gone': 1,
      'last_beat_timestamp_seconds w fresh': near(now - 30),
      'last_beat_timestamp_seconds w silent': 1_000,
      'deadline_timestamp_seconds due': near(now + 3_600),
      'age_seconds w fresh': near(30),
      'age_seconds w silent': near(now - 1_000),
      'age_seconds due': near(-3_600),
      ...Object.fromEntries(
        ['w fresh', 'w silent', 'w never', 'gone'].map((name) => [`limit_seconds ${name} critical`, 300]),
      ),
      'limit_seconds due critical': 3_600,
      'amount depth': 7,
      'amount_upper_limit depth warning': 5,
      'amount_upper_limit depth critical': 10,
      'amount_lower_limit depth warning': 0,
      'amount_lower_limit depth critical': 0,
      'rows w': 3,
      database_up: expect.any(Number),
      database_skew_seconds: near(0),
      database_response_seconds: near(0),
      'checks ok': 1,
      'checks warning': 1,
      'checks critical': 1,
      'checks unknown': 1,
      ...(command === 'run' ? { 'run_errors undelivered': 0, 'run_errors state': 0 } : {}),
      run_timestamp_seconds: near(now),
      run_duration_seconds: expect.any(Number),
    })
    const up = parseExposition(stdout).samples.filter(({ name }) => name === 'lastalive_database_up')
    expect(up.map(({ labels: { database }, value }) => [database, value])).toEqual([
      ['app', 1],
      ['lost', 0],
    ])
  })

  test('names the run by its file and by what was selected of it', async () => {
    const scene = await makeWatchingScene(TABLE)
    scene.watch({ w: { ...WORKERS, tags: ['minute'], missing: 'ok' } })
    const { stdout } = await scene.command([command, '--format', 'prometheus', '--tag', 'minute', 'w*'])
    const { samples } = parseExposition(stdout)
    expect(samples[0]?.labels.run).toMatch(/^\/.*\/lastalive\.yaml --tag minute w\*$/)
  })
})

test('counts what could not be told, and what could not be recorded', async () => {
  const scene = await makeRows(['a'])
  const mail = { to: ['x@domain.tld', 'y@domain.tld'], from: 'z@domain.tld', smtp: 'smtp://127.0.0.1:1' }
  scene.watch(GRAVE, { notifiers: { ops: { mail } } })
  const told = await scene.command(['run', '--format', 'prometheus'])
  expect([told.code, figuresIn(told.stdout)['run_errors undelivered']]).toEqual([4, 2])
  const words = scene.args(['run', '--format', 'prometheus']).slice(0, -2)
  const kept = await lastalive([...words, '--state', scene.path])
  const { 'run_errors state': state = 0, 'run_errors undelivered': undelivered = 0 } = figuresIn(kept.stdout)
  expect([kept.code, state > 0, state + undelivered]).toEqual([4, true, kept.stderr.split('\n').length - 1])
})

const HOSTILE_NAMES = [
  ...OF_A_DATABASE.map(([, name]) => name),
  'a\nlastalive_state{check="evil"} 0',
  'a"} 0\n# EOF\n',
  'a\\',
  '\\"',
  'a~0123456789ab',
  '__name__',
]

describe('names that somebody wrote in order to do harm', () => {
  test('are a row each, and nothing but a label', async () => {
    const scene = await makeRows(HOSTILE_NAMES)
    const { stdout, stderr } = await scene.command(['check', '--format', 'prometheus'])
    const items = parseExposition(stdout).samples.flatMap(({ name, labels }) =>
      name === 'lastalive_state' && labels.item !== undefined ? [labels.item] : [],
    )
    expect([stderr, new Set(items).size]).toEqual(['', HOSTILE_NAMES.length])
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u)
    expect(stdout.length).toBeLessThan(100_000)
  })
})

describe.skipIf(prometheusProgram('promtool') === undefined)(`promtool (${PROMETHEUS_MISSING} where skipped)`, () => {
  test('finds nothing wrong in what a run prints', async () => {
    const scene = await makeRows(['a', 'b'])
    const { stdout } = await scene.command(['run', '--format', 'prometheus'])
    expect(await promtool(['check', 'metrics'], stdout)).toEqual({ code: 0, words: '' })
  })

  test('finds nothing wrong in hostile names', async () => {
    const scene = await makeRows(HOSTILE_NAMES)
    const { stdout } = await scene.command(['check', '--format', 'prometheus'])
    expect(await promtool(['check', 'metrics'], stdout)).toEqual({ code: 0, words: '' })
  })

  test('would find what is wrong', async () => {
    const wrong = await promtool(['check', 'metrics'], 'lastalive_state{check="a"b"} 0\n')
    expect(wrong).toMatchObject({ code: 1, words: expect.stringContaining('error while linting') })
  })
})

describe.skipIf(prometheusProgram('prometheus-node-exporter') === undefined)(
  `the textfile collector (${NODE_EXPORTER_MISSING} where skipped)`,
  () => {
    test('takes the files of two lines that look into one database, hostile names and all', async () => {
      const scene = await makeRows(HOSTILE_NAMES)
      scene.watch({ w: { ...WORKERS, tags: ['minute'] }, depth: { ...GRAVE.depth, tags: ['hourly'] } })
      for (const tag of ['minute', 'hourly']) {
        const file = join(scene.path, '..', `${tag}.prom`)
        const words = ['run', '--format', 'prometheus', '--output', file, '--tag', tag]
        expect(await scene.command(words)).toMatchObject({ stdout: '', stderr: '' })
      }
      const { metrics } = await startNodeExporter(join(scene.path, '..'))
      const text = await metrics()
      const collected = namesIn(text)
      expect(text).toMatch(/^node_textfile_scrape_error 0$/m)
      expect(collected.filter((name) => name === 'lastalive_state')).toHaveLength(HOSTILE_NAMES.length + 4)
      expect(collected.filter((name) => name === 'lastalive_run_timestamp_seconds')).toHaveLength(2)
      expect(collected.filter((name) => name === 'lastalive_database_up')).toHaveLength(2)
    })
  },
)

/** The names of the samples that a node exporter shows. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/^(lastalive_\w+)\{/gm)].map(([, name = '']) => name)
}
