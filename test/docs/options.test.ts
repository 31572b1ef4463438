import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { isInstalled } from '../support/terminal.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BUILT = join(ROOT, 'dist/lastalive.1')

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
/** The manual as it is read: of what roff escapes only the hyphens matter here. */
const manual = readFileSync(BUILT, 'utf8').replaceAll('\\-', '-')

const helpOf = async (...words: readonly string[]): Promise<string> => (await lastalive([...words, '--help'])).stdout
const linesOf = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, one = '']) => one)

const general = await helpOf()
const commands = linesOf(general.slice(general.indexOf('Commands:')), /^ {2}([a-z][\w-]*) /gm).filter(
  (name) => name !== 'help',
)
const helps = await Promise.all(commands.map(async (name) => ({ name, help: await helpOf(name) })))
const options = helps.flatMap(({ name, help }) =>
  linesOf(help, /^ {2}(?:-\w, )?(--[a-z][\w-]*)/gm).map((option) => ({ name, option, long: option.slice(2) })),
)
const scripts = Object.fromEntries(
  await Promise.all(
    ['bash', 'zsh', 'fish'].map(async (shell) => [shell, (await lastalive(['completion', shell])).stdout]),
  ),
)

test('sees the commands and options that it looks for', () => {
  expect(commands).toEqual(expect.arrayContaining(['run', 'check', 'status', 'recipes', 'completion']))
  expect(options.length).toBeGreaterThan(150)
  expect(options).toContainEqual({ name: 'run', option: '--min-rows', long: 'min-rows' })
})

/** A part of a text, from one mark to the next. */
function between(text: string, from: string, to: string): string {
  const start = text.indexOf(from)
  expect(start, from).toBeGreaterThan(-1)
  return text.slice(start, text.indexOf(to, start + from.length))
}

/** Where the manual speaks of a command: its own part, and those that this names. */
function partsOf(name: string): readonly string[] {
  const own = between(manual, `\n.SS ${name} `, '\n.S')
  const [, groups = ''] = /And the options under (.*)\./.exec(own.replaceAll('\n', ' ')) ?? []
  const named = linesOf(groups, /"([^"]+)"/g).map((group) => between(manual, `\n.SS ${group}\n`, '\n.S'))
  return [own, ...named]
}

describe.each(options)('$option of $name', ({ name, option, long }) => {
  test('is in the manual', () => {
    const entries = partsOf(name).flatMap((part) => part.split('\n.TP\n'))
    const entry = entries.find((one) => new RegExp(`^(?:\\\\fB-\\w\\\\fR, )?\\\\fB${option}\\\\fR`).test(one))
    expect(entry).toBeDefined()
    const only = /; of ([\w, \n-]+) only$/.exec(entry?.trim() ?? '')?.[1]
    expect(only?.split(/,\s/) ?? [name]).toContain(name)
  })

  test('is completed by bash', () =>
    expect(between(scripts.bash ?? '', `        ${name}) _lastalive_offer_words `, ' ;;').split(' ')).toContain(option))

  test('is completed by zsh', () =>
    expect(between(scripts.zsh ?? '', `        (${name})\n`, '\n          ;;')).toMatch(
      new RegExp(`[')*]${option}=?\\[`),
    ))

  test('is completed by fish', () =>
    expect(scripts.fish).toMatch(new RegExp(`has_command ${name}' (-s \\w )?-l ${long}( |$)`, 'm')))
})

test('each option is in docs/commands.md', () => {
  const page = read('docs/commands.md')
  expect(options.filter(({ option }) => !page.includes(option))).toEqual([])
})

test('each option is spoken of in a page besides', () => {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && name !== 'commands.md')
  const texts = ['README.md', ...pages.map((name) => join('docs', name))].map(read)
  const isSpokenOf = (option: string) => texts.some((text) => new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(text))
  const all = [...new Set(options.map(({ option }) => option))].filter((option) => option !== '--help')
  expect(all.filter((option) => !isSpokenOf(option))).toEqual([])
})

describe('docs/lastalive.1', () => {
  test('is what the build makes', async () => {
    await expect(readFileSync(BUILT, 'utf8')).toMatchFileSnapshot('../../docs/lastalive.1')
  })

  test('knows each variable that is ours', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    )
    const texts = sources.map((name) => read(join('src', name)))
    const used = new Set(texts.flatMap((text) => linesOf(text, /\benv\.(LASTALIVE_\w+|XDG_\w+|NO_COLOR|CLICOLOR)/g)))
    expect(used.size).toBeGreaterThan(4)
    const environment = between(manual, '\n.SH ENVIRONMENT', '\n.SH')
    expect([...used].filter((name) => !environment.includes(name))).toEqual([])
  })

  describe.each([
    { program: 'groff', words: ['-man', '-ww', '-z', '-Tutf8'] },
    { program: 'groff', words: ['-man', '-ww', '-z', '-Tascii'] },
    { program: 'mandoc', words: ['-Tlint', '-Wall'] },
  ])('$program $words (otherwise: install groff-base, mandoc)', ({ program, words }) => {
    test.skipIf(!isInstalled(program))('finds nothing wrong', () => {
      const { status, stdout, stderr } = spawnSync(program, [...words, BUILT], { encoding: 'utf8' })
      expect([status, stdout, stderr]).toEqual([0, '', ''])
    })
  })

  test.skipIf(!isInstalled('man'))('is shown by man (otherwise: install man-db)', () => {
    const env = { ...process.env, MANWIDTH: '200', LC_ALL: 'C.UTF-8', MAN_KEEP_FORMATTING: '' }
    const { status, stdout, stderr } = spawnSync('man', ['-l', BUILT], { encoding: 'utf8', env })
    expect([status, stderr]).toEqual([0, ''])
    const shown = stdout.replaceAll(/.\u0008/g, '').replaceAll(/\u001b\[[\d;]*m/g, '')
    expect(shown).toMatch(/^ +lastalive - watches signs of life/m)
    expect(shown).toMatch(/^ +-c, --critical <?limit>?$/m)
    expect(shown).toContain("the system's")
    expect(shown).toContain(
      'lastalive run --url sqlite:/var/lib/app/app.db --key last_alive --critical 10m --to ops@example.org',
    )
  })
})
