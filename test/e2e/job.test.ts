import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ANONYMOUS } from '../../src/core/job.ts'
import { lastalive } from '../support/command.ts'
import { MEETINGS, type Meeting } from '../support/meeting.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

type Kind = (typeof MEETINGS)[number]['kind']

/** An expression for the database's time, less so many seconds. */
const AGO: Readonly<Record<Kind, (seconds: number) => string>> = {
  PostgreSQL: (seconds) => `clock_timestamp() - ${seconds} * interval '1 second'`,
  MariaDB: (seconds) => `utc_timestamp(6) - interval ${seconds} second`,
  SQLite: (seconds) => `strftime('%Y-%m-%d %H:%M:%f', 'now', '-${seconds} seconds')`,
}
const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400]
const BACKUP = { job: 'backup', every: '1d', grace: '1h', max_duration: '2h' }

describe.each(MEETINGS)('jobs in $kind', ({ kind, canMeet, meet }) => {
  describe.skipIf(!canMeet)('(where its server is at hand)', () => {
    let place: Meeting
    let scene: WatchingScene

    const tables = (): Promise<unknown> =>
      lastalive(['schema', 'jobs', '--url', place.owner, ...place.roles, '--apply'])

    beforeAll(async () => {
      place = await meet()
    })
    afterAll(() => place?.remove())

    beforeEach(async () => {
      expect(await tables()).toMatchObject({ code: 0 })
      await place.query('DELETE FROM lastalive_job_run')
      await place.query('DELETE FROM lastalive_job')
      scene = await makeWatchingScene()
    })

    const watch = (checks: Parameters<WatchingScene['watch']>[0]): void =>
      scene.watch(
        Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, { database: 'meet', ...check }])),
        {
          databases: { meet: place.reader },
        },
      )

    /** Began and ended so many seconds ago; undefined where it did not. */
    const run = async (
      name: string,
      [began, ended]: readonly [number | undefined, number | undefined],
      { exit, id }: { readonly exit?: number; readonly id?: string } = {},
    ): Promise<void> => {
      const at = (seconds: number | undefined): string => (seconds === undefined ? 'NULL' : AGO[kind](seconds))
      await place.query(
        `INSERT INTO lastalive_job_run (job, run_id, started_at, ended_at, exit_code) VALUES ('${name}', '${id ?? `run-${began}-${ended}`}', ${at(began)}, ${at(ended)}, ${exit ?? 'NULL'})`,
      )
    }

    const exec = (name: string, ...words: readonly string[]) =>
      lastalive(['exec', name, '--url', place.writer, '--timeout', '10s', ...words])

    const saying = async (): Promise<string | undefined> => (await scene.judged()).backup

    test.each<[string, () => Promise<unknown>, RegExp]>([
      [
        'runs',
        () => run('backup', [HOUR, 30 * MINUTE], { exit: 0 }),
        /^ok: ran 1 h ago, and took 30 min \(next due .*\)$/,
      ],
      ['is running', () => run('backup', [HOUR, undefined]), /^ok: running for 1 h \(limit 2 h\)$/],
      [
        'runs for too long',
        () => run('backup', [2 * HOUR + MINUTE, undefined]),
        /^critical: still running after 2 h 1 min \(limit 2 h\)$/,
      ],
      [
        'has failed',
        () => run('backup', [HOUR, HOUR], { exit: 3 }),
        /^critical: failed \(exit 3\) at \w+ \d+ \w+ \d\d:\d\d$/,
      ],
      [
        'is late',
        () => run('backup', [DAY + MINUTE, DAY], { exit: 0 }),
        /^ok: late \(due .*, grace 1 h\); ran 1 d ago, and took 1 min$/,
      ],
      [
        'did not run',
        () => run('backup', [DAY + 2 * HOUR, DAY], { exit: 0 }),
        /^critical: did not run \(due .*, grace 1 h\); the last run was on .*, 1 d 2 h ago, and took 2 h$/,
      ],
      [
        'left an end without a start, and without an id',
        () => run('backup', [undefined, HOUR], { id: `${ANONYMOUS}1` }),
        /^ok: ran 1 h ago \(next due .*\)$/,
      ],
      [
        'is known, and has not run yet',
        () => place.query("INSERT INTO lastalive_job (name) VALUES ('backup')"),
        /^unknown: no run yet$/,
      ],
      ['was never heard of', async () => undefined, /^unknown: no such job$/],
      ['is called almost the same', () => run('Backup', [HOUR, HOUR], { exit: 0 }), /^unknown: no such job$/],
    ])('a job that %s', async (_, happens, words) => {
      watch({ backup: BACKUP })
      await happens()
      expect(await saying()).toMatch(words)
    })

    test('a job that is paused is quiet until its next beat', async () => {
      watch({ backup: BACKUP })
      await run('backup', [3 * DAY, 3 * DAY], { exit: 1 })
      await place.query(`INSERT INTO lastalive_job (name, paused_at) VALUES ('backup', ${AGO[kind](2 * DAY)})`)
      expect(await saying()).toMatch(/^ok: paused since /)
      await run('backup', [MINUTE, MINUTE], { exit: 1 })
      expect(await saying()).toMatch(/^critical: failed \(exit 1\)/)
    })

    test('a job that fails is told with the end of what it printed, and so is its end', async () => {
      watch({ backup: { ...BACKUP, exit_code: [0, 24] } })
      const script = 'printf "10 %%\\r100 %%\\n"; echo "no space left <here>" >&2; exit 3'
      expect(await exec('backup', '--', 'sh', '-c', script)).toMatchObject({ code: 3 })
      expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
      const [mail, ...others] = scene.mails()
      expect(others).toEqual([])
      expect(mail?.parsed.subject).toMatch(/CRITICAL backup: failed \(exit 3\) at /)
      expect(mail?.parsed.text).toMatch(/^ {2}Output: {4}100 %\n {13}no space left <here>$/m)
      expect(mail?.parsed.html).toContain('<pre>100 %\nno space left &lt;here&gt;</pre>')
      expect((await scene.command(['check', '-v'])).stdout).toMatch(/^ {2}output: no space left <here>$/m)
      expect(await exec('backup', '--', 'sh', '-c', 'exit 24')).toMatchObject({ code: 24 })
      expect(await scene.command(['run'])).toMatchObject({ code: 0 })
      const [end] = scene.mails()
      expect(end?.parsed.subject).toMatch(/OK backup: ok again after /)
      expect(end?.parsed.text).not.toContain('no space left')
    })

    test('all jobs that are like a pattern, each by what it says of itself', async () => {
      watch({ jobs: { job: 'b*' } })
      for (const args of [
        ['b-quick', '--every', '1h', '--grace', '5m', '--', 'true'],
        ['b_bad', '--', 'false'],
        ['other', '--', 'false'],
      ]) {
        await exec(args[0] ?? '', ...args.slice(1))
      }
      await run('b%old', [400 * DAY, 400 * DAY], { exit: 0 })
      await run('b-late', [2 * HOUR, 2 * HOUR], { exit: 0 })
      await place.query("INSERT INTO lastalive_job (name, every_seconds, grace_seconds) VALUES ('b-late', 3600, 60)")
      await place.query("INSERT INTO lastalive_job (name, every_seconds) VALUES ('b-new', 3600)")
      expect(await scene.judged()).toEqual({
        jobs: 'ok: 5 rows',
        'jobs/b%old': expect.stringMatching(/^ok: ran 400 d ago/),
        'jobs/b-late': expect.stringMatching(/^critical: did not run \(due .*, grace 1 min\)/),
        'jobs/b-new': 'unknown: no run yet',
        'jobs/b-quick': expect.stringMatching(/^ok: ran \d+ s ago, and took \d+ s \(next due .*\)$/),
        'jobs/b_bad': expect.stringMatching(/^critical: failed \(exit 1\)/),
      })
    })

    test('of many runs only the last are read, and each that is open', async () => {
      watch({ backup: BACKUP })
      for (let i = 1; i <= 20; i++) await run('backup', [i * HOUR, i * HOUR - MINUTE], { exit: i === 1 ? 0 : 1 })
      await run('backup', [25 * HOUR, undefined])
      expect(await saying()).toMatch(/^critical: still running after 1 d 1 h \(limit 2 h\)$/)
    })

    test('a start without an id is settled by its end, though others have ended since', async () => {
      watch({ backup: BACKUP })
      await run('backup', [10 * HOUR, undefined], { id: `${ANONYMOUS}1` })
      await run('backup', [undefined, 9 * HOUR], { id: `${ANONYMOUS}2`, exit: 0 })
      for (let i = 1; i <= 8; i++) await run('backup', [i * HOUR, i * HOUR - MINUTE], { exit: 0 })
      expect(await saying()).toMatch(/^ok: ran 1 h ago, and took 1 min/)
    })

    test('without their tables, it says how to make them', async () => {
      watch({ backup: BACKUP })
      for (const table of ['lastalive_job_run', 'lastalive_job']) await place.query(`DROP TABLE ${table}`)
      const { stdout } = await scene.command(['check'])
      expect(stdout).toMatch(/backup: .*lastalive_job.*; make it: lastalive schema jobs --url … --apply/)
    })
  })
})
