import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lookByRecipe, type RecipeLookOptions } from '../support/recipe-look.ts'

const PATIENCE = { timeout: 20_000 }

describe.skipIf(postgresBinaries() === undefined)(`PostgreSQL's views (otherwise: ${POSTGRES_MISSING})`, () => {
  let server: TestPostgres

  interface Look extends Omit<RecipeLookOptions, 'use'> {
    readonly role?: string
  }
  const look = (recipe: string, { role = 'postgres', ...options }: Look = {}) =>
    lookByRecipe(`postgres://${role}@127.0.0.1:${server.port}/postgres`, { use: [recipe], ...options })
  const comes = (answer: string, sql: string): Promise<void> =>
    vi.waitFor(async () => expect(await server.query(sql)).toBe(answer), PATIENCE)

  beforeAll(async () => {
    // The archive is full as soon as there is a file of that name among the data.
    server = await startPostgres(['wal_level=logical', 'archive_mode=on', 'archive_command=test ! -e full'])
    await server.query('CREATE ROLE watch LOGIN')
  })
  afterAll(async () => {
    await server?.remove()
  })

  describe('postgres-archiver', () => {
    const recipe = 'postgres-archiver'
    const full = 'full'
    const fillSegment = "SELECT pg_switch_wal() FROM pg_logical_emit_message(false, 'some', 'words')"

    // A server that stops tries to archive what is left.
    afterAll(() => server.runAs('rm', ['-f', join(server.dataDir, full)]))

    test('misses an archiver that has done nothing yet', async () => {
      expect(await look(recipe)).toMatchObject({ code: 2, said: { [recipe]: 'critical: absent' } })
    })

    test('is content with one that works', async () => {
      await server.query(fillSegment)
      await comes('t', 'SELECT last_archived_time IS NOT NULL FROM pg_stat_archiver')
      expect(await look(recipe, { role: 'watch' })).toMatchObject({ code: 0, said: { [recipe]: 'ok: age' } })
    })

    test('misses one that fails, an hour later', async () => {
      await server.runAs('touch', [join(server.dataDir, full)])
      await server.query(fillSegment)
      await comes('t', 'SELECT failed_count > 0 FROM pg_stat_archiver')
      const later = await look(recipe, { minutes: 61 })
      expect(later).toMatchObject({ code: 2, said: { [recipe]: 'critical: age' } })
    })
  })

  describe('postgres-standbys', () => {
    const recipe = 'postgres-standbys'
    const name = 'walreceiver 127.0.0.1'
    const row = `${recipe}/${name}`
    let standby: TestPostgres

    beforeAll(async () => {
      standby = await startPostgres([], { primary: server })
      await comes('1', 'SELECT count(reply_time) FROM pg_stat_replication')
    })
    afterAll(async () => {
      await standby?.remove()
    })

    test.each([
      ['is content with a standby that answers', 0, 0, 'ok: age'],
      ['warns of one that has not answered for 40 s', 2 / 3, 1, 'warning: age'],
      ['misses one that has not answered for more than a minute', 1.2, 2, 'critical: age'],
    ])('%s', async (_, minutes, code, said) => {
      expect(await look(recipe, { minutes })).toMatchObject({ code, said: { [row]: said } })
    })

    test('says who sees the times where it may not, and the addresses neither', async () => {
      const summaries = { [`${recipe}/walreceiver`]: expect.stringContaining('hidden from all but pg_monitor') }
      expect(await look(recipe, { role: 'watch' })).toMatchObject({ code: 3, summaries })
      await server.query('GRANT pg_monitor TO watch')
      expect(await look(recipe, { role: 'watch' })).toMatchObject({ code: 0, said: { [row]: 'ok: age' } })
    })

    test('misses one that has stopped, by name where it was expected', async () => {
      const more = { expect: [name] }
      expect(await look(recipe, { more })).toMatchObject({ code: 0 })
      await standby.stop()
      await comes('0', 'SELECT count(*) FROM pg_stat_replication')
      expect(await look(recipe)).toMatchObject({ code: 2, said: { [recipe]: 'critical: absent' } })
      expect(await look(recipe, { more })).toMatchObject({ code: 2, said: { [row]: 'critical: absent' } })
    })
  })

  describe('postgres-subscriptions', () => {
    const recipe = 'postgres-subscriptions'
    const row = `${recipe}/news`
    const heard = 'SELECT count(*) FROM pg_stat_subscription WHERE isfinite(last_msg_receipt_time)'

    beforeAll(async () => {
      await server.query('CREATE DATABASE far')
      await server.query('CREATE DATABASE near')
      for (const name of ['far', 'near']) await server.query('CREATE TABLE told(id int PRIMARY KEY)', name)
      await server.query('CREATE PUBLICATION news FOR ALL TABLES', 'far')
      // Where both are one server, a subscription cannot make its slot itself.
      await server.query("SELECT pg_create_logical_replication_slot('news', 'pgoutput')", 'far')
      const place = `host=127.0.0.1 port=${server.port} user=postgres dbname=far`
      const subscribe = `CREATE SUBSCRIPTION news CONNECTION '${place}' PUBLICATION news WITH (create_slot = false, copy_data = false)`
      await server.query(subscribe, 'near')
      await comes('1', heard)
      await server.query('REVOKE pg_monitor FROM watch')
    })

    test.each([
      ['is content with a subscription that hears from its publisher', 0, 0, 'ok: age'],
      ['misses one that has heard nothing for more than two minutes', 2.2, 2, 'critical: age'],
    ])('%s', async (_, minutes, code, said) => {
      expect(await look(recipe, { minutes, role: 'watch' })).toMatchObject({ code, said: { [row]: said } })
    })

    const failing = 'critical: absent, its worker fails or has no publisher: see the log'
    const wordsOf = async (): Promise<string> => {
      const { said, summaries } = await look(recipe, { role: 'watch' })
      return `${said[row]}, ${summaries[row]}`
    }

    test('says that one is disabled', async () => {
      await server.query('ALTER SUBSCRIPTION news DISABLE', 'near')
      await comes('0', heard)
      expect(await wordsOf()).toBe('critical: absent, it is disabled')
    })

    test('says that the worker of one ends at a conflict', async () => {
      await server.query('INSERT INTO told VALUES (1)', 'near')
      await server.query('ALTER SUBSCRIPTION news ENABLE', 'near')
      await comes('1', heard)
      await server.query('INSERT INTO told VALUES (1)', 'far')
      await comes('0', heard)
      expect(await wordsOf()).toBe(failing)
    })

    test('misses one whose publisher is gone', async () => {
      await server.query('DELETE FROM told', 'near')
      await comes('1', heard)
      await server.query('ALTER DATABASE far ALLOW_CONNECTIONS false')
      await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_replication')
      await comes('0', heard)
      expect(await wordsOf()).toBe(failing)
    })
  })
})
