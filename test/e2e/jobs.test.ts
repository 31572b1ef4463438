import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { MEETINGS, type Meeting } from '../support/meeting.ts'
import { makeWatchingScene } from '../support/watching.ts'

describe.each(MEETINGS)('lastalive jobs in $kind', ({ canMeet, meet }) => {
  describe.skipIf(!canMeet)('(where its server is at hand)', () => {
    let place: Meeting

    const type = (command: string, ...words: readonly string[]) =>
      lastalive([command, ...words, '--url', place.writer, '-t', '20s'])

    beforeAll(async () => {
      place = await meet()
      const made = await lastalive(['schema', 'jobs', '--url', place.owner, ...place.roles, '--apply'])
      expect(made).toMatchObject({ code: 0, stderr: '' })
    })
    afterAll(() => place?.remove())
    beforeEach(async () => {
      await place.query('DELETE FROM lastalive_job_run')
      await place.query('DELETE FROM lastalive_job')
    })

    test('says what to type where there is none', async () => {
      const { stdout, code } = await type('jobs')
      expect(stdout).toMatch(/^no job has left a beat in \S+; run one as: lastalive exec NAME -- COMMAND\n$/)
      expect(code).toBe(0)
    })

    test('has a line for each job, with its state', async () => {
      await type('beat', 'import', '--every', '1h')
      await type('beat', 'export', '--exit-code', '3')
      await type('beat', 'report', '--start')
      await place.query("INSERT INTO lastalive_job (name) VALUES ('unheard')")
      const { stdout } = await type('jobs', '--timezone', 'UTC')
      const states = stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))
      expect(states).toEqual(['JOB STATE', 'export down', 'import up', 'report started', 'unheard new', ''])
      expect(stdout).toMatch(/^export .* failed \(exit 3\) at /m)
    })

    test('lists the runs of one, and the last of its output', async () => {
      await lastalive(['exec', 'backup', '--url', place.writer, '-t', '20s', '--', 'sh', '-c', 'echo 10%; exit 5'])
      await type('beat', 'backup', '--log', '--message', 'half of it')
      const { stdout } = await type('jobs', 'backup')
      expect(stdout).toMatch(/^backup: down, failed \(exit 5\) at /)
      expect(stdout).toMatch(/failed \(exit 5\) /)
      expect(stdout).toMatch(/message .*half of it/)
      expect(stdout).toMatch(/The last of its output:\n {2}10%\n$/)
    })

    test('names the nearest where there is none of that name', async () => {
      await type('beat', 'backup')
      const { stderr, code } = await type('jobs', 'bakcup')
      expect(stderr).toBe('lastalive: there is no job "bakcup"; write backup\n')
      expect(code).toBe(3)
    })

    test('a paused job is paused until its next beat', async () => {
      const stateOf = async () => JSON.parse((await type('jobs', '--format', 'json')).stdout).jobs[0].state
      await type('beat', 'backup', '--fail')
      expect(await type('jobs', 'backup', '--pause')).toMatchObject({
        code: 0,
        stdout: '"backup" is paused until it runs again\n',
      })
      expect(await stateOf()).toBe('paused')
      await type('jobs', 'backup', '--resume')
      expect(await stateOf()).toBe('down')
      await type('jobs', 'backup', '--pause')
      await type('beat', 'backup')
      expect(await stateOf()).toBe('up')
    })

    test('a deleted job leaves nothing behind', async () => {
      await type('beat', 'backup', '--every', '1d')
      await type('beat', 'other')
      expect(await type('jobs', 'backup', '--delete')).toMatchObject({ code: 0 })
      expect(await place.query("SELECT count(*) FROM lastalive_job_run WHERE job = 'backup'")).toMatch(/^0/)
      expect(await place.query("SELECT count(*) FROM lastalive_job WHERE name = 'backup'")).toMatch(/^0/)
      expect((await type('jobs')).stdout).toMatch(/^other/m)
    })

    test('shows both hosts where two write one name', async () => {
      for (const host of ['alpha', 'beta']) {
        await place.query(`INSERT INTO lastalive_job_run (job, host, exit_code) VALUES ('backup', '${host}', 0)`)
      }
      expect((await type('jobs')).stdout).toMatch(/^backup .*(?:alpha, beta|beta, alpha)/m)
    })

    test.each([
      ['runs', 'ended_at', 'clock'],
      ['messages', 'NULL', 'log'],
    ])('keeps the last hundred %s, whatever else takes turns with them', async (_, ended, id) => {
      const value = ended === 'NULL' ? ', NULL' : ''
      const column = ended === 'NULL' ? ', ended_at' : ''
      const rows = Array.from({ length: 150 }, (__, i) =>
        ['a', 'b'].map((job) => `('${job}', '${id}-${i}'${value})`),
      ).flat()
      await place.query(`INSERT INTO lastalive_job_run (job, run_id${column}) VALUES ${rows.join(', ')}`)
      for (const job of ['a', 'b']) {
        await type('beat', job)
        expect(await place.query(`SELECT count(*) FROM lastalive_job_run WHERE job = '${job}'`)).toMatch(/^100/)
      }
    })

    test('what is old goes, but for the last run', async () => {
      const old = "'2020-01-01 00:00:00'"
      for (const id of ['first', 'last']) {
        await place.query(
          `INSERT INTO lastalive_job_run (job, run_id, ended_at, noted_at) VALUES ('a', '${id}', ${old}, ${old})`,
        )
      }
      await place.query(
        `INSERT INTO lastalive_job_run (job, run_id, started_at, ended_at, noted_at) VALUES ('a', 'open', ${old}, NULL, ${old})`,
      )
      await type('beat', 'a')
      expect(await place.query("SELECT count(*) FROM lastalive_job_run WHERE job = 'a'")).toMatch(/^1/)
    })

    test('the oldest of many that hang is found', async () => {
      const scene = await makeWatchingScene()
      scene.watch(
        { backup: { database: 'meet', job: 'backup', max_duration: '2h' } },
        { databases: { meet: place.writer } },
      )
      const rows = Array.from(
        { length: 300 },
        (_, i) => `('backup', 'run-${i}', '2026-01-0${i === 0 ? 1 : 2} 00:00:00', NULL)`,
      )
      await place.query(`INSERT INTO lastalive_job_run (job, run_id, started_at, ended_at) VALUES ${rows.join(', ')}`)
      await lastalive(['beat', 'backup', '--start', '--url', place.writer, '-t', '20s'])
      expect(await scene.judged()).toMatchObject({
        backup: expect.stringMatching(/^critical: still running after \d+ d /),
      })
    })

    test('tables of a later version are left alone', async () => {
      await place.query("UPDATE lastalive_schema SET version = 99 WHERE subject = 'jobs'")
      const { stderr, code } = await lastalive(['schema', 'jobs', '--url', place.owner, '--apply'])
      expect(stderr).toMatch(/a later version of lastalive has made them; use that one/)
      expect(code).toBe(4)
      await place.query("UPDATE lastalive_schema SET version = 1 WHERE subject = 'jobs'")
      expect(await lastalive(['schema', 'jobs', '--url', place.owner, '--apply'])).toMatchObject({ code: 0 })
    })

    test('a run sends what waits on its host before it looks', async () => {
      const scene = await makeWatchingScene()
      const checks = { backup: { database: 'meet', job: 'backup', every: '1d' } }
      scene.watch(checks, { databases: { meet: place.writer }, jobs: 'meet' })
      await place.away()
      const { stderr, code } = await scene.command(['beat', 'backup'])
      await place.back()
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/^lastalive: the beat of backup waits in the spool: .+\n$/),
      ])
      expect(readdirSync(join(scene.state, 'spool'))).toHaveLength(1)
      expect(await scene.command(['run'])).toMatchObject({ code: 0, stderr: '' })
      expect(readdirSync(join(scene.state, 'spool'))).toEqual([])
      expect(await scene.judged()).toMatchObject({ backup: expect.stringMatching(/^ok: ran /) })
      expect(scene.subjects()).toEqual([])
    })

    test('a run says what it cannot send', async () => {
      const scene = await makeWatchingScene()
      const checks = { backup: { database: 'meet', job: 'backup', every: '1d' } }
      scene.watch(checks, { databases: { meet: place.writer }, jobs: 'meet' })
      await place.away()
      await scene.command(['beat', 'backup'])
      const { stderr, code } = await scene.command(['run', '-t', '20s'])
      await place.back()
      expect(stderr).toMatch(/lastalive: 1 beat of a job waits in \S+\/spool: /)
      expect(code).toBe(4)
    })
  })
})
