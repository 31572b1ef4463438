import { describe, expect, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import { load, problemsOf, withCheck, writeFiles } from '../read/written.ts'

async function checkOf(entry: string): Promise<Check | undefined> {
  const { checks } = await load(writeFiles({ 'a.yaml': withCheck(`{ database: mail, ${entry} }`) }))
  return checks[0]?.check
}

const LOOK = { kind: 'job', job: 'backup', rows: 'one', exitCodes: [0] }

describe('a check of a job', () => {
  test.each<[string, string, object]>([
    ['needs no more than its name', 'job: backup', { look: LOOK, missing: 'unknown' }],
    [
      'has all that may be said of it',
      'job: backup, every: 1d, grace: 1h, max_duration: 2h, exit_code: [0, 24], missing: critical',
      {
        look: { ...LOOK, every: 86_400, grace: 3_600, maxDuration: 7_200, exitCodes: [0, 24] },
        missing: 'critical',
      },
    ],
    ['has one exit code', 'job: backup, exit_code: "24"', { look: { ...LOOK, exitCodes: [24] } }],
    [
      'has a grace alone, for what the job says of itself',
      'job: backup, grace: 1h',
      { look: { ...LOOK, grace: 3_600 } },
    ],
    [
      'has a schedule in a zone',
      'job: backup, schedule: 0 4 * * *, timezone: Asia/Tokyo, grace: 30m',
      { look: { ...LOOK, grace: 1_800, timezone: 'Asia/Tokyo' }, scheduled: { timezone: 'Asia/Tokyo', grace: 1_800 } },
    ],
    [
      'is of many with a star',
      'job: "db-*", expect: [db-mail], vanished: closed',
      {
        look: { ...LOOK, job: 'db-*', rows: 'many' },
        many: { judge: 'each', expect: ['db-mail'], vanished: 'closed' },
      },
    ],
    ['has a name with a star in it', String.raw`job: 'a\*'`, { look: { ...LOOK, job: 'a*' } }],
  ])('%s', async (_, entry, check) => expect(await checkOf(entry)).toMatchObject(check))

  test.each([
    ['job: backup', 'job backup of database mail'],
    ['job: "*", every: 1d', 'jobs * of database mail (every 1 d)'],
    [
      'job: backup, every: 1d, grace: 1h, max_duration: 2h',
      'job backup of database mail (every 1 d, grace 1 h, running for at most 2 h)',
    ],
  ])('says where it looks: %s', async (entry, where) => {
    const check = await checkOf(entry)
    expect(check?.where(check.look, check.source)).toBe(where)
  })

  test.each<[string, string, readonly string[]]>([
    [
      'limits of an age',
      'job: backup, warning: 1h, critical: 2h',
      [
        'warning: goes with a time or a number; write every, schedule or max_duration',
        'critical: goes with a time or a number; write every, schedule or max_duration',
      ],
    ],
    [
      'how a value is read',
      'job: backup, measure: age, unit: s, clock: local',
      [
        'measure: goes with key, query or rows; leave it out',
        'unit: goes with a time or a number; leave it out',
        'clock: goes with a time or a number; leave it out',
      ],
    ],
    ['another place', 'job: backup, key: k', ['key: stands beside job; remove one of them']],
    ['a table', 'job: backup, table: t', ['table: goes with key; leave it out']],
    [
      'a period and a schedule',
      'job: backup, every: 1d, schedule: 0 4 * * *',
      ['schedule: stands beside every; remove one of them'],
    ],
    ['open hours', 'job: backup, during: mon-fri', ['during: goes with the age of a time; leave it out']],
    [
      'a movement',
      'job: backup, by: change',
      ['by: goes with a value that is read, and this check reads none; leave it out'],
    ],
    [
      'what is of many',
      'job: backup, expect: [a]',
      ['expect: goes with many rows: rows, or a key with a * in it; leave it out'],
    ],
    ['no period', 'job: backup, every: 0', ['every: must be more than nothing; write 1d']],
    [
      'an exit code that there is not',
      'job: backup, exit_code: 256',
      ['exit_code: is no exit code; write 0, or [0, 24]'],
    ],
    ['no exit code', 'job: backup, exit_code: []', ['exit_code: is no exit code; write 0, or [0, 24]']],
    ['an exit code in words', 'job: backup, exit_code: ok', ['exit_code: is no exit code; write 0, or [0, 24]']],
    ['an empty name', 'job: ""', ['job: is empty; write backup']],
    ['a slip', 'jobb: backup', ['jobb: there is no such key; write job']],
  ])('refuses %s', async (_, entry, problems) =>
    expect(await problemsOf(writeFiles({ 'a.yaml': withCheck(`{ database: mail, ${entry} }`) }))).toEqual(
      problems.map((problem) => `a.yaml:3: checks.mdx.${problem}`),
    ),
  )

  test.each(['every: 1d', 'max_duration: 1h', 'exit_code: 1'])('is what %s goes with', async (said) =>
    expect(
      await problemsOf(writeFiles({ 'a.yaml': withCheck(`{ database: mail, key: k, critical: 1m, ${said} }`) })),
    ).toEqual([`a.yaml:3: checks.mdx.${said.split(':')[0]}: goes with job; leave it out`]),
  )
})
