import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeJobScene } from '../support/jobs.ts'
import { lastaliveAgain } from '../support/resident.ts'

const QUIET = { stdout: '', stderr: '', code: 0 }
const ID = '5a0c7e52-0000-4000-8000-000000000001'

describe('a beat', () => {
  test.each([
    [
      'alone says that the job has just ended well',
      [],
      { ended_at: expect.any(String), started_at: null, exit_code: null, outcome: null },
    ],
    ['with --start begins', ['--start'], { started_at: expect.any(String), ended_at: null }],
    ['with --fail has failed', ['--fail'], { ended_at: expect.any(String), outcome: 'fail' }],
    ['with --exit-code has ended so', ['--exit-code', '3'], { ended_at: expect.any(String), exit_code: 3 }],
    [
      'with --log changes nothing else',
      ['--log', '--message', 'half'],
      { ended_at: null, started_at: null, message: 'half' },
    ],
    ['with --message says it on one line', ['--message', 'a\nb'], { message: 'a\\nb' }],
  ])('%s', async (_, words, row) => {
    const { beat, rows } = makeJobScene()
    expect(await beat(['n', ...words])).toMatchObject(QUIET)
    expect(rows()).toMatchObject([{ job: 'n', host: hostname(), run_id: expect.stringMatching(/^auto-/), ...row }])
  })

  test('with a run id, the parts of a run come in any order and make one row', async () => {
    const { beat, rows } = makeJobScene()
    const run = ['n', '--run-id', ID]
    await beat([...run, '--exit-code', '2'])
    await beat([...run, '--log', '--message', 'first'])
    await beat([...run, '--start'])
    await beat([...run, '--log', '--message', 'second'])
    await beat([...run, '--exit-code', '0'])
    expect(rows()).toMatchObject([{ run_id: ID, exit_code: 2, started_at: expect.any(String), message: 'second' }])
  })

  test('with --every and --grace says what is expected of the job', async () => {
    const { beat, database } = makeJobScene()
    const expected = database.prepare('SELECT * FROM lastalive_job')
    await beat(['n', '--every', '1d', '--grace', '1h'])
    await beat(['n'])
    expect(expected.all()).toEqual([{ name: 'n', every_seconds: 86_400, grace_seconds: 3_600, paused_at: null }])
    await beat(['n', '--every', '2h'])
    expect(expected.all()).toMatchObject([{ every_seconds: 7_200 }])
  })

  test('with --log-from keeps the last 100 kB of a file or of stdin, and is as old as their end', async () => {
    const { beat, shell, rows, dir } = makeJobScene()
    writeFileSync(join(dir, 'log'), Buffer.concat([Buffer.alloc(150_000, 'x'), Buffer.from([0xff, 0, 0x0a])]))
    expect(await beat(['file', '--log-from', join(dir, 'log')])).toMatchObject(QUIET)
    const before = Date.now()
    expect(await shell(`{ echo a; sleep 1; printf 'b\\377'; } | beat stdin --log-from -`)).toMatchObject(QUIET)
    const [file, stdin] = rows()
    expect([file?.output_bytes, file?.output?.length, file?.output?.subarray(-4)]).toEqual([
      150_003,
      100_000,
      Buffer.from([0x78, 0xff, 0, 0x0a]),
    ])
    expect([stdin?.output_bytes, stdin?.output]).toEqual([4, Buffer.from([0x61, 0x0a, 0x62, 0xff])])
    expect(Date.parse(`${stdin?.ended_at}Z`) - before).toBeGreaterThanOrEqual(1_000)
  })

  test('whose log cannot be read goes without it, and says so', async () => {
    const { beat, rows } = makeJobScene()
    expect(await beat(['n', '--exit-code', '2', '--log-from', '/proc/nowhere'])).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/cannot read \/proc\/nowhere .*; the beat goes without its output\n$/),
    })
    expect(rows()).toMatchObject([{ job: 'n', exit_code: 2, output: null, output_bytes: null }])
  })

  test.each([
    ['no name', [], /the name of the job is missing/],
    ['two that exclude each other', ['n', '--start', '--fail'], /--start and --fail exclude each other/],
    ['an exit code of what only begins', ['n', '--start', '--exit-code', '0'], /exclude each other/],
    ['an exit code that is none', ['n', '--exit-code', ''], /write a number from 0 to 255/],
    ['an id that is none', ['n', '--run-id', 'auto-1'], /write a UUID/],
    ['a grace without a period', ['n', '--grace', '1h'], /--grace goes with --every/],
    ['a name with a line break', ['a\nb'], /has a control character/],
  ])('is 3 for %s, and leaves nothing', async (_, words, says) => {
    const { url, state, rows, waiting } = makeJobScene()
    const outcome = await lastaliveAgain(['beat', '--url', url, '--state', state, ...words])
    expect(outcome).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(says) })
    expect([rows(), waiting()]).toEqual([[], []])
  })
})
