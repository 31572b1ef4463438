import { expect, test } from 'vitest'
import { lastalive, repetitions } from '../support/command.ts'
import { ALIVE, LATE, makeHands, SILENT } from '../support/hands.ts'

const ALL = repetitions(10_000)
const KEYS = Array.from({ length: ALL / 5 }, (_, i) => `key-${i}`)
const ROWS = Array.from({ length: ALL - KEYS.length }, (_, i) => `row-${i}`)
/** More than a mail should ever have, and less than anybody refuses. */
const LARGEST_BYTES = 64 * 1024

test(`${ALL} that fail at once, and recover, are one message each time, of bounded size`, {
  timeout: 300_000,
}, async () => {
  const watched = { rows: { key: undefined, rows: 'SELECT name, at FROM jobs' } }
  const scene = await makeHands({ ...watched, ...Object.fromEntries(KEYS.map((key) => [key, {}])) }, {}, lastalive)
  scene.database.exec('CREATE TABLE jobs(name, at)')
  const at = (secondsAgo: number): number => Math.floor(Date.now() / 1_000) - secondsAgo
  const beatAll = scene.database.transaction((secondsAgo: number) => {
    scene.database.exec('DELETE FROM jobs')
    const put = scene.database.prepare('INSERT INTO jobs VALUES (?, ?)')
    for (const row of ROWS) put.run(row, at(secondsAgo))
    scene.beat(secondsAgo, ...KEYS)
  })
  beatAll(LATE)
  scene.beat(SILENT, 'key-7')
  scene.database.prepare('UPDATE jobs SET at = ? WHERE name = ?').run(at(SILENT), 'row-7')

  expect(await scene.command(['run', '-t', '60s'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
  const [opened, ...more] = scene.mails()
  expect(more).toEqual([])
  expect(opened?.parsed.subject).toMatch(
    new RegExp(
      `^\\[lastalive\\] CRITICAL 2 checks: key-7, rows/row-7; WARNING ${ALL - 2} checks: (?:\\S+, ){4}\\S+ and `,
    ),
  )
  expect(opened?.parsed.text).toMatch(/^CRITICAL key-7: [^\n]*\n(?: [^\n]*\n)+\nCRITICAL rows\/row-7: /)
  expect(opened?.parsed.text).toMatch(new RegExp(`^and ${ALL - 200} more: lastalive status --state `, 'm'))
  expect(opened?.raw.length).toBeLessThan(LARGEST_BYTES)
  expect(scene.lockfiles()).toHaveLength(ALL)

  beatAll(ALIVE)
  expect(await scene.command(['run', '-t', '60s'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  const [closed, ...rest] = scene.mails()
  expect(rest).toEqual([])
  expect(closed?.parsed.subject).toMatch(new RegExp(`^\\[lastalive\\] OK ${ALL} checks: `))
  expect(closed?.raw.length).toBeLessThan(LARGEST_BYTES)
  expect(scene.lockfiles()).toEqual([])

  expect(await scene.command(['run', '-t', '60s'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(scene.subjects()).toEqual([])
})
