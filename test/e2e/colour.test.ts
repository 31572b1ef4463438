import { describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND, lastalive } from '../support/command.ts'
import { makeSqliteScene, type SqliteScene } from '../support/scene.ts'
import { isInstalled, openTerminal, TERMINAL_MISSING } from '../support/terminal.ts'

const RED = '\u001b[31mCRITICAL\u001b[0m'

/** What a command prints on a terminal. */
async function onTerminal(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const quoted = [process.execPath, COMMAND, ...words].map((word) => `'${word}'`)
  const terminal = openTerminal(quoted.join(' '), { env })
  onTestFinished(() => terminal.stop())
  return (await terminal.end()).replaceAll('\r\n', '\n')
}

async function makeSilentScene(): Promise<SqliteScene> {
  const scene = await makeSqliteScene()
  scene.set('2026-11-22T11:18:00Z')
  return scene
}

/** A look at something silent, at a time at which its age is known. */
function look(scene: SqliteScene, format: string): readonly string[] {
  const limits = ['--key', 'last_alive', '--critical', '10m', '--name', 'mdx']
  return ['check', '--url', `sqlite:${scene.path}`, ...limits, '--format', format, '--now', '2026-11-22T12:00:00Z']
}

describe.skipIf(!isInstalled())(`on a terminal (otherwise: ${TERMINAL_MISSING})`, () => {
  test.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['there are colours', {}, true],
    ['NO_COLOR turns them off', { NO_COLOR: '1' }, false],
    ['NO_COLOR turns them off whatever it says', { NO_COLOR: '0' }, false],
    ['NO_COLOR says nothing where it is empty', { NO_COLOR: '' }, true],
    ['NO_COLOR goes before what would force them', { NO_COLOR: '1', FORCE_COLOR: '1', CLICOLOR_FORCE: '1' }, false],
    ['CLICOLOR=0 turns them off', { CLICOLOR: '0' }, false],
    ['CLICOLOR=1 does not', { CLICOLOR: '1' }, true],
    ['a dumb one has none', { TERM: 'dumb' }, false],
  ])('%s', async (_, env, isColoured) => {
    const heard = await onTerminal(look(await makeSilentScene(), 'text'), env)
    expect(heard).toContain('silent for 42 min (limit 10 min)')
    expect([heard.includes(RED), heard.includes('\u001b')]).toEqual([isColoured, isColoured])
  })

  test('a run says what it found, and is no quieter without colours', async () => {
    const scene = await makeSilentScene()
    const run = ['run', '--url', `sqlite:${scene.path}`, '--key', 'last_alive', '--critical', '10m', '--name', 'mdx']
    const line = 'CRITICAL  mdx '
    expect(await onTerminal([...run, '--lockfile', `${scene.dir}/a`])).toContain(`${RED}  mdx `)
    expect(await onTerminal([...run, '--lockfile', `${scene.dir}/b`], { NO_COLOR: '1' })).toContain(line)
  })

  test.each(['nagios', 'json'])('%s has none', async (format) => {
    const scene = await makeSilentScene()
    // How long it took, and the clock's difference, are others each time.
    const timeless = (text: string): string => text.replaceAll(/((?:response|skew)\w*(?:=|":))-?[\d.]+/g, '$1?')
    const [seen, piped] = [await onTerminal(look(scene, format)), await lastalive(look(scene, format))]
    expect(timeless(seen)).toBe(timeless(piped.stdout))
  })
})

test.each([{}, { FORCE_COLOR: '1' }, { CLICOLOR_FORCE: '1', TERM: 'xterm' }])(
  'a pipe has none, with %j',
  async (env) => {
    const scene = await makeSilentScene()
    const { stdout } = await lastalive(look(scene, 'text'), { env })
    expect(stdout).toMatch(/^CRITICAL {2}mdx .*\n/m)
    expect(stdout).not.toContain('\u001b')
  },
)
