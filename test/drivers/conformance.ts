import { describe, expect, test } from 'vitest'
import { FaultError } from '../../src/core/errors.ts'
import type { Fault } from '../../src/core/types.ts'
import type { Connection, QueryResult } from '../../src/drivers/driver.ts'
import { withDatabase } from '../../src/drivers/open.ts'
import type { DatabaseTarget, SqlTarget } from '../../src/drivers/target.ts'

/** What a driver's suite has ready: a table `beats(k, v)` with the rows `ghosts` → NULL, `it's` → `1`, `"x"` → `2`. */
export interface Prepared {
  readonly target: () => DatabaseTarget | Promise<DatabaseTarget>
  readonly missing: () => DatabaseTarget | Promise<DatabaseTarget>
}

/** Never fires. */
export const PATIENT = new AbortController().signal

/** Opens a database and asks one question. */
export async function ask(
  target: DatabaseTarget | Promise<DatabaseTarget>,
  question: string | ((connection: Connection) => Promise<QueryResult>),
  { signal = PATIENT, timeoutMs = 4_000 }: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
): Promise<QueryResult> {
  return await withDatabase((await target) as SqlTarget, { signal, timeoutMs }, async (connection) =>
    typeof question === 'string' ? await connection.query(question, [], { timeoutMs }) : await question(connection),
  )
}

/** The fault that work ends in. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  if (error instanceof FaultError) return error.fault
  throw error
}

/** The values of the first row, as text. */
export function textsOf({ rows }: QueryResult): readonly (string | null)[] {
  return rows[0]?.map((value) => value.text) ?? []
}

/** What holds for each driver. */
export function describeDriver(name: string, { target, missing }: Prepared): void {
  describe(name, () => {
    test('names the columns and hands out text', async () => {
      const result = await ask(target(), "SELECT k AS name, v FROM beats WHERE k = 'it''s'")
      expect(result.columns).toEqual(['name', 'v'])
      expect(result.rows).toMatchObject([[{ text: "it's", type: 'text' }, { text: '1' }]])
    })

    test('hands out NULL as null', async () => {
      expect(textsOf(await ask(target(), "SELECT v FROM beats WHERE k = 'ghosts'"))).toEqual([null])
    })

    test('has columns where there are no rows', async () => {
      expect(await ask(target(), "SELECT k FROM beats WHERE k = 'nobody'")).toEqual({ columns: ['k'], rows: [] })
    })

    test.each([
      ['with a quote', "it's"],
      ['with double quotes', '"x"'],
    ])('finds one of several keys %s', async (_, key) => {
      const result = await ask(target(), async ({ query, dialect }) => {
        const keys = [key, 'other, {}', '\\']
        const sql = `SELECT k FROM beats WHERE ${dialect.isOneOf('k', keys.length)}`
        return await query(sql, dialect.listParameters(keys), { timeoutMs: 4_000 })
      })
      expect(textsOf(result)).toEqual([key])
    })

    test('tells the time as the server has it', async () => {
      const before = Date.now() / 1_000
      const result = await ask(target(), ({ query, dialect }) =>
        query(`SELECT ${dialect.now}`, [], { timeoutMs: 4_000 }),
      )
      const now = Number(textsOf(result)[0])
      expect(now).toBeGreaterThan(before - 0.01)
      expect(now).toBeLessThan(Date.now() / 1_000 + 0.01)
    })

    test('tells the time without being asked again', async () => {
      const clock = await ask(target(), ({ now }) => Promise.resolve({ columns: [now().toISOString()], rows: [] }))
      expect(Math.abs(Date.parse(clock.columns[0] ?? '') - Date.now())).toBeLessThan(1_000)
    })

    test('lists its tables', async () => {
      const result = await ask(target(), ({ query, dialect }) => query(dialect.tableNames, [], { timeoutMs: 4_000 }))
      expect(result.rows.map(([name]) => name?.text)).toContain('beats')
    })

    test('binds a value to the first parameter', async () => {
      const result = await ask(target(), ({ query, dialect }) =>
        query(`SELECT v FROM beats WHERE k = ${dialect.firstParameter}`, ["it's"], { timeoutMs: 4_000 }),
      )
      expect(textsOf(result)).toEqual(['1'])
    })

    test('brings one row more than are wanted, and not all', async () => {
      const result = await ask(target(), ({ query }) =>
        query('SELECT k FROM beats', [], { timeoutMs: 4_000, maxRows: 1 }),
      )
      expect(result.rows).toHaveLength(2)
    })

    test('brings all rows where no more are wanted than there are', async () => {
      const result = await ask(target(), async ({ query }) => {
        await query('SELECT k FROM beats', [], { timeoutMs: 4_000, maxRows: 1 })
        return await query('SELECT k FROM beats', [], { timeoutMs: 4_000, maxRows: 3 })
      })
      expect(result.rows).toHaveLength(3)
    })

    test('quotes identifiers', async () => {
      const result = await ask(target(), ({ query, dialect }) =>
        query(`SELECT 1 AS ${dialect.quote('a"b`c; --')}`, [], { timeoutMs: 4_000 }),
      )
      expect(result.columns).toEqual(['a"b`c; --'])
    })

    test('keeps all digits of a large integer', async () => {
      expect(textsOf(await ask(target(), 'SELECT 9223372036854775807'))).toEqual(['9223372036854775807'])
    })

    test('writes nothing', async () => {
      const fault = await faultOf(ask(target(), 'DELETE FROM beats'))
      expect(fault).toMatchObject({ kind: 'failed', scope: 'check' })
      expect(textsOf(await ask(target(), 'SELECT count(*) FROM beats'))).toEqual(['3'])
    })

    test('answers the next query after a refused write', async () => {
      const result = await ask(target(), async ({ query }) => {
        await faultOf(query('DELETE FROM beats', [], { timeoutMs: 4_000 }))
        return await query('SELECT count(*) FROM beats', [], { timeoutMs: 4_000 })
      })
      expect(textsOf(result)).toEqual(['3'])
    })

    test('takes one statement only', async () => {
      expect(await faultOf(ask(target(), 'SELECT 1; SELECT 2'))).toMatchObject({ kind: 'failed', scope: 'check' })
    })

    test('answers the next query after one that failed', async () => {
      const result = await ask(target(), async ({ query }) => {
        await faultOf(query('SELECT * FROM nowhere', [], { timeoutMs: 4_000 }))
        return await query('SELECT 1', [], { timeoutMs: 4_000 })
      })
      expect(textsOf(result)).toEqual(['1'])
    })

    test('answers the next query of the user’s after one that failed', async () => {
      const options = { timeoutMs: 4_000, writtenBy: 'user', maxRows: 1 } as const
      const result = await ask(target(), async ({ query }) => {
        await faultOf(query('SELECT * FROM nowhere', [], options))
        return await query('SELECT 1', [], options)
      })
      expect(textsOf(result)).toEqual(['1'])
    })

    test.each([
      ['table', 'SELECT * FROM nowhere', 'nowhere'],
      ['column', 'SELECT nought FROM beats', 'nought'],
    ])('says which %s does not exist', async (unknownName, sql, word) => {
      const fault = await faultOf(ask(target(), sql))
      const message = expect.stringContaining(word)
      expect(fault).toMatchObject({ kind: 'failed', scope: 'check', message, unknownName })
    })

    test('a database that is not there is the database’s fault', async () => {
      expect(await faultOf(ask(missing(), 'SELECT 1'))).toMatchObject({ kind: 'unreachable', scope: 'source' })
    })

    test('does not begin when it is too late', async () => {
      const fault = await faultOf(ask(target(), 'SELECT 1', { signal: AbortSignal.abort() }))
      expect(fault).toMatchObject({ kind: 'timeout', scope: 'source' })
    })

    test('passes on what the borrower throws', async () => {
      const mistake = new Error('mine')
      await expect(ask(target(), () => Promise.reject(mistake))).rejects.toBe(mistake)
    })
  })
}
