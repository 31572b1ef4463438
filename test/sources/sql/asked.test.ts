import { beforeAll, expect, test } from 'vitest'
import type { Asked } from '../../../src/core/ports.ts'
import type { SqlTarget } from '../../../src/drivers/target.ts'
import { createSqlSource } from '../../../src/sources/sql/sql.ts'
import { aCheck } from '../../core/builders.ts'
import { makeSqliteFolder } from '../../support/sqlite-folder.ts'

const { target, make } = makeSqliteFolder()

beforeAll(() => make('app.db', 'CREATE TABLE t (v)').close())

/** What a source says that it has asked, of one query. */
async function askedBy(sql: string): Promise<readonly Asked[]> {
  const look = { kind: 'query', sql, parameters: ['a', 1], rows: 'one' } as const
  const asked: Asked[] = []
  await createSqlSource('app', (await target('app.db')) as SqlTarget, { timeout: 20 }).read(
    [aCheck({ source: 'app', look })],
    {
      signal: new AbortController().signal,
      clock: { now: () => new Date() },
      onAsked: (one) => void asked.push(one),
    },
  )
  return asked
}

test.each([
  ['of what was answered, with the number of rows', 'SELECT ?, ?', { rows: 1 }],
  ['also of what was not answered', 'SELECT ?, ? FROM nowhere', {}],
])('a source says what it asked and what was bound to it, %s', async (_, sql, rows) => {
  expect(await askedBy(sql)).toStrictEqual([{ what: sql, with: ['a', 1], ...rows, seconds: expect.any(Number) }])
})
