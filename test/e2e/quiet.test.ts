import { chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ALIVE, type Hands, makeHands, SILENT } from '../support/hands.ts'
import { historiesOf, quietLinesOf } from '../support/told.ts'

const HOUR = 3_600_000
const isRoot = process.getuid?.() === 0

describe('silences that cannot be used keep nothing quiet:', () => {
  const VALID = (at: number): string => {
    const [from, until] = [new Date(at), new Date(at + HOUR)]
    return JSON.stringify({ version: 1, silences: [{ names: ['*'], tags: [], at: from, until, by: 'tester' }] })
  }

  async function makeSilenced(put: (path: string) => void): Promise<Hands> {
    const scene = await makeHands({ mdx: {} })
    scene.beat(SILENT, 'mdx')
    mkdirSync(scene.state, { mode: 0o700 })
    put(join(scene.state, 'silences.json'))
    return scene
  }

  test('those that can are heeded', async () => {
    const { run } = await makeSilenced((path) => writeFileSync(path, VALID(Date.now())))
    expect(await run()).toEqual([])
  })

  /** Only root can make a file of somebody else; others find a link. */
  const plantForeign = (path: string): void => {
    if (isRoot) {
      writeFileSync(path, VALID(Date.now()))
      chownSync(path, 65_534, 65_534)
    } else symlinkSync('/etc/passwd', path)
  }
  test.each<[string, (path: string) => void, string, number, number]>([
    ['half of a file', (path) => writeFileSync(path, VALID(Date.now()).slice(0, -9)), 'kept as', 4, 2],
    ['a link', (path) => symlinkSync('/etc/passwd', path), 'it is a symbolic link', 4, 4],
    ['a directory', (path) => mkdirSync(path), 'it is not a regular file', 4, 4],
    ['a file of somebody else', plantForeign, isRoot ? 'belongs to another user' : 'symbolic link', 4, 4],
    ['one that was made in a year', (path) => writeFileSync(path, VALID(Date.now() + 365 * 24 * HOUR)), '', 2, 2],
  ])('%s', async (_, put, complaint, ...codes) => {
    const { command, subjects } = await makeSilenced(put)
    const outcomes = [await command(['run']), await command(['run'])]
    expect(outcomes.map(({ code }) => code)).toEqual(codes)
    expect(outcomes[0]?.stderr).toContain(complaint)
    expect(subjects()).toEqual([expect.stringContaining('CRITICAL mdx')])
  })

  test('a new one is made in place of what is broken, and says so', async () => {
    const { command, run, state } = await makeSilenced((path) => writeFileSync(path, '{'))
    expect(await command(['silence', 'mdx', '--for', '1h'])).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/^silenced mdx until /),
      stderr: expect.stringContaining('silences.json.broken'),
    })
    expect(await run()).toEqual([])
    expect(readFileSync(join(state, 'silences.json.broken'), 'utf8')).toBe('{')
  })
})

test('maintenance keeps quiet what is planned, and its end is told to those who heard it open', async () => {
  const now = Date.now()
  const span = (from: number, to: number): string =>
    [from, to].map((at) => new Date(now + at * HOUR).toISOString()).join('/')
  const [PRESENT, PAST] = [span(-1, 1), span(-2, -1)]
  // Somewhere it is past midnight.
  const hour = new Date(now).getUTCHours()
  const zone = hour < 12 ? `Etc/GMT+${hour}` : `Etc/GMT-${24 - hour}`
  const dayThere = (days: number): string =>
    ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][
      new Date(now + (hour < 12 ? -hour : 24 - hour) * HOUR + days * 24 * HOUR).getUTCDay()
    ] ?? ''
  const tokyo = span(8, 10).replaceAll('Z', '')
  const checks = {
    usual: {},
    own: { maintenance: [PAST] },
    weekly: { maintenance: [PAST, `${dayThere(-1)} 23:00-02:00`], timezone: zone },
    tonight: { maintenance: `${dayThere(0)} 23:00-02:00`, timezone: zone },
    tokyo: { maintenance: tokyo, timezone: 'Asia/Tokyo' },
    utc: { maintenance: tokyo, timezone: 'UTC' },
    'on-lost': { database: 'lost', maintenance: PAST },
  }
  const titles = [...Object.keys(checks).slice(0, -1), 'database lost']
  const limits = { warning: '5m', critical: '10m' }
  const scene = await makeHands(checks, { defaults: { ...limits, maintenance: PRESENT } })
  scene.beat(SILENT, ...titles)
  const printed = await scene.hand('run', '-v')
  const runs = [scene.mails()]
  scene.configure({ defaults: limits })
  runs.push(await scene.run())
  scene.beat(ALIVE, ...titles)
  scene.configure({ defaults: { ...limits, maintenance: PRESENT } })
  runs.push(await scene.run())
  expect(historiesOf(titles, runs)).toEqual({
    usual: ['', 'CRITICAL', 'OK'],
    own: ['CRITICAL', '', 'OK'],
    weekly: ['', '', ''],
    tonight: ['CRITICAL', '', 'OK'],
    tokyo: ['', '', ''],
    utc: ['CRITICAL', '', 'OK'],
    'database lost': ['', 'CRITICAL', ''],
  })
  const QUIET = ['database lost', 'tokyo', 'usual', 'weekly'].map((name) => `${name}, in maintenance`)
  expect(quietLinesOf(runs[0]?.[0])).toEqual(QUIET.map((line) => `Muted: ${line}`))
  expect(printed.match(/^muted: .*$/gm)?.toSorted()).toEqual(QUIET.map((line) => `muted: ${line}`))
})
