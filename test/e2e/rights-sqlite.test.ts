import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { canBeNobody, lastaliveAsNobody, NOBODY_MISSING } from '../support/nobody.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'
import { type Fixture, openDatabase } from '../support/sqlite.ts'

const DIRECTORY_CURE = /let the watching user write in \S+, or have the writer set journal_mode=DELETE/

describe.skipIf(!canBeNobody())(`a user who may read an SQLite file (${NOBODY_MISSING} where skipped)`, () => {
  /** A file in a directory, neither of which the user may write, and what it says. */
  async function look(prepare: (path: string, open: () => Fixture) => void, rights: readonly [number, number]) {
    const dir = mkdtempSync(join(tmpdir(), 'lastalive-rights-'))
    const path = join(dir, 'app.db')
    onTestFinished(() => {
      chmodSync(dir, 0o700)
      rmSync(dir, { recursive: true })
    })
    const open = (): Fixture => {
      const database = openDatabase(path)
      onTestFinished(() => database.close())
      return database
    }
    prepare(path, open)
    for (const ending of ['', '-wal', '-shm', '-journal'].filter((one) => existsSync(path + one))) {
      chmodSync(path + ending, rights[0])
    }
    chmodSync(dir, rights[1])
    const outcome = await lastaliveAsNobody(['check', '--url', path, '--key', 'last_alive', '-c', '10m'])
    return { ...outcome, stdout: outcome.stdout.replaceAll(dir, 'DIR') }
  }

  const fill = `${RUNTIME_INFO}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch()}')`

  test.each([
    ['a rollback journal', 'DELETE'],
    ['a journal that stays', 'PERSIST'],
    ['a journal that is emptied', 'TRUNCATE'],
    ['a write-ahead log whose writer is there', 'WAL'],
  ])('reads it with %s', async (_, mode) => {
    const outcome = await look((_path, open) => open().exec(`PRAGMA journal_mode = ${mode}; ${fill}`), [0o444, 0o555])
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
  })

  test('is told what to do where the writer of a write-ahead log has gone', async () => {
    const outcome = await look(
      (_path, open) => {
        const database = open()
        database.exec(`PRAGMA journal_mode = WAL; ${fill}`)
        database.close()
      },
      [0o444, 0o555],
    )
    expect(outcome).toMatchObject({ code: 3, stderr: '', stdout: expect.stringMatching(DIRECTORY_CURE) })
  })

  test('is told what to do where the writer has died in the middle', async () => {
    const outcome = await look(
      (path, open) => {
        const database = open()
        database.exec(`${fill}; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE`)
        database.exec('UPDATE runtime_info SET rt_value = hex(zeroblob(100000))')
        for (const ending of ['', '-journal']) copyFileSync(path + ending, `${path}2${ending}`)
        database.exec('ROLLBACK')
        database.close()
        for (const ending of ['', '-journal']) copyFileSync(`${path}2${ending}`, path + ending)
      },
      [0o444, 0o555],
    )
    expect(outcome).toMatchObject({ code: 3, stderr: '', stdout: expect.stringMatching(DIRECTORY_CURE) })
  })

  test.each([
    ['read the file', 0o000, 0o555],
    ['enter its directory', 0o444, 0o000],
  ])('is told so where it may not %s', async (_, file, directory) => {
    const { code, stdout } = await look((_path, open) => open().exec(fill), [file, directory])
    expect(code).toBe(3)
    expect(stdout).toMatch(
      /^UNKNOWN - \S+: not read: database app: no permission to read DIR\/app\.db; let the watching user read the file, and enter its directory/,
    )
  })
})
