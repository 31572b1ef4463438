import { describe, expect, test } from 'vitest'
import { upTo } from '../../../src/core/judge/range.ts'
import { keyOf, load, problemsOf, withCheck, writeFiles } from '../read/written.ts'

const checkOf = async (entry: string, more = '') => {
  const config = await load(writeFiles({ 'a.yaml': withCheck(entry, more) }))
  return config.checks[0]?.check
}

describe('a check that uses a recipe', () => {
  test('has its limits alone, whatever the defaults are', async () => {
    const defaults = 'defaults: { warning: 5m, critical: 15m }'
    expect(await checkOf('{ database: mail, use: solid-queue }', defaults)).toMatchObject({ critical: upTo(180) })
    expect((await checkOf('{ database: mail, use: solid-queue }', defaults))?.warning).toBeUndefined()
  })

  test('reads its times as the application writes them, whatever the database says', async () => {
    const defaults = 'defaults: { stored_in: Europe/Paris, unit: ms }'
    expect(await checkOf('{ database: mail, use: solid-queue }', defaults)).toMatchObject({ storedIn: 'UTC' })
    expect(await checkOf('{ database: mail, use: nextcloud }', defaults)).toMatchObject({ unit: 's' })
  })

  test('may look elsewhere, and then nothing is left of where the recipe looks', async () => {
    const check = await checkOf('{ database: mail, use: dagster, key: last_alive }')
    expect(check === undefined ? '' : keyOf(check)).toBe('last_alive')
    expect(check?.many).toBeUndefined()
  })

  test('may have a limit of its own, which must go with that of the recipe', async () => {
    const use = (limit: string) => writeFiles({ 'a.yaml': withCheck(`{ database: mail, use: nextcloud, ${limit} }`) })
    expect(await problemsOf(use('critical: 2h'))).toEqual([])
    expect(await problemsOf(use('critical: 5m'))).toEqual([
      'a.yaml:3: checks.mdx.critical: is below warning, "30m" (of the recipe); write more',
    ])
  })
})

test.each([
  ['[nextcloud]', 'is a list; write one value without brackets'],
  ['5', 'is not the name of a recipe; write nextcloud'],
  ['{ a: b }', 'is not the name of a recipe; write nextcloud'],
  ['', 'is not the name of a recipe; write nextcloud'],
  ['""', 'is not the name of a recipe; write nextcloud'],
])('use: %s is one mistake, and names no other recipes', async (use, text) =>
  expect(await problemsOf(writeFiles({ 'a.yaml': withCheck(`\n    database: mail\n    use: ${use}`) }))).toEqual([
    `a.yaml:5: checks.mdx.use: ${text}`,
  ]),
)

test('a recipe that there is not is told at its own line, with the nearest', async () => {
  const use = (name: string) => writeFiles({ 'a.yaml': withCheck(`\n    database: mail\n    use: ${name}`) })
  expect(await problemsOf(use('nextclud'))).toEqual([
    'a.yaml:5: checks.mdx.use: there is no recipe "nextclud"; write nextcloud',
  ])
  expect(await problemsOf(use('good_job_scheduler'))).toEqual([
    expect.stringMatching(
      /checks\.mdx\.use: there is no recipe "good_job_scheduler"; of \d+ the nearest are [a-z-]+, good-job/,
    ),
  ])
  expect(await problemsOf(use('${RECIPE}'))).toEqual([
    'a.yaml:5: checks.mdx.use: ${RECIPE} is not set; set it, or write ${RECIPE:-default}',
  ])
})

test('ranges of which each ends somewhere before the other are fine', async () => {
  const ranges = '{ database: mail, key: k, measure: number, warning: "1:", critical: "~:4" }'
  expect(await problemsOf(writeFiles({ 'a.yaml': withCheck(ranges) }))).toEqual([])
})
