import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { epoch } from '../support/scene.ts'
import { makeWatchingScene } from '../support/watching.ts'

const SCHEMA = 'CREATE TABLE runtime_info(rt_key text, rt_value text)'
/** What every object of JavaScript has, and a configuration may have as a name. */
const NAMES = ['hasOwnProperty', 'isPrototypeOf', 'toString', 'valueOf']

test('notifiers called as what every object has are told as others are', async () => {
  const scene = await makeWatchingScene(SCHEMA)
  const pathOf = (name: string): string => join(dirname(scene.path), `${name}.told`)
  // The recipient of a command has the bare name of its notifier.
  const commandOf = (name: string) => ({ command: { run: ['/bin/sh', '-c', 'cat >> "$0"', pathOf(name)] } })
  const notifiers = Object.fromEntries(NAMES.map((name) => [name, commandOf(name)]))
  const subjects = (): readonly string[] =>
    NAMES.filter((name) => existsSync(pathOf(name))).flatMap((name) => {
      const lines = readFileSync(pathOf(name), 'utf8').trim().split('\n')
      rmSync(pathOf(name))
      return lines.map((line) => `${name}: ${JSON.parse(line).subject}`)
    })
  scene.watch({ mdx: { key: 'last_alive', critical: '10m' } }, { notifiers })
  const beat = (secondsAgo: number): void => {
    scene.database.exec(
      `DELETE FROM runtime_info; INSERT INTO runtime_info VALUES ('last_alive', ${epoch(-secondsAgo)})`,
    )
  }
  beat(3_000)
  await scene.command(['silence', 'mdx', '--for', '1h'])
  expect((await scene.command(['run'])).code).toBe(2)
  beat(0)
  // What opened and ended while it was silenced is told to nobody.
  expect((await scene.command(['run'])).code).toBe(0)
  expect(subjects()).toEqual([])
  await scene.command(['silence', 'mdx', '--end'])
  beat(3_000)
  expect((await scene.command(['run'])).code).toBe(2)
  expect(subjects()).toEqual(NAMES.map((name) => expect.stringMatching(`^${name}: .*CRITICAL mdx`)))
  expect(await scene.command(['run'])).toMatchObject({ code: 2, stderr: '' })
  expect(subjects()).toEqual([])
  beat(0)
  expect((await scene.command(['run'])).code).toBe(0)
  expect(subjects()).toEqual(NAMES.map((name) => expect.stringMatching(`^${name}: .*OK mdx: alive again`)))
})

test.each([
  [
    'a parameter of a MySQL URL',
    ['--url', 'mysql://db/mail?constructor=1'],
    /unknown keyword "constructor" .*; leave it out/,
  ],
  [
    'a parameter of a PostgreSQL URL',
    ['--url', 'postgres://db/mail?valueOf=1'],
    /unknown keyword "valueOf" in .*; leave it out/,
  ],
])('%s is no keyword because every object has it', async (_, url, words) => {
  const { code, stdout } = await lastalive(['check', ...url, '--key', 'a=10m'])
  expect(code).toBe(3)
  expect(stdout).toMatch(words)
})

test('a variable of the environment is not set because every object has it', async () => {
  const scene = await makeWatchingScene(SCHEMA)
  // Half a curly bracket is what a variable begins with.
  scene.watch({ mdx: { key: 'last_alive', critical: '10m', note: ['$', '{toString}'].join('') } })
  const { stderr } = await scene.command(['validate'])
  expect(stderr).toContain('toString} is not set; set it')
})
