import { describe, expect, test } from 'vitest'
import { upTo } from '../../src/core/range.ts'
import { keyOf, load, problemsOf, withCheck, writeFiles } from './written.ts'

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

test('ranges of which each ends somewhere before the other are fine', async () => {
  const ranges = '{ database: mail, key: k, measure: number, warning: "1:", critical: "~:4" }'
  expect(await problemsOf(writeFiles({ 'a.yaml': withCheck(ranges) }))).toEqual([])
})
