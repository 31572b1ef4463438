import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../support/command.ts'
import { keysPage } from '../support/keys-page.ts'
import { makeSqliteScene } from '../support/scene.ts'

/** A copy of what the build needs, to which the diff under a heading of docs/architecture.md is applied. */
function copyWith(diff: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'lastalive-kind-'))
  for (const name of ['src', 'bin', 'build', 'package.json', 'tsconfig.json', 'tsconfig.lib.json', 'CHANGELOG.md'])
    cpSync(name, join(copy, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
  execFileSync('git', ['apply', '-'], { cwd: copy, input: diff })
  execFileSync(process.execPath, ['build/build.js'], { cwd: copy })
  return copy
}

/** What docs/configuration-keys.md is made of, in a copy. */
const keysIn = (copy: string): string => keysPage(JSON.parse(readFileSync(join(copy, 'dist/schema.json'), 'utf8')))

/** The diff under a heading of the page. */
function diffUnder(heading: string): string {
  const [, section = ''] = readFileSync('docs/architecture.md', 'utf8').split(`\n## ${heading}\n`)
  return /```diff\n([\s\S]*?\n)```/.exec(section)?.[1] ?? ''
}

describe('add a notifier', () => {
  const diff = diffUnder('Add a notifier')

  let copy: string
  beforeAll(() => {
    copy = copyWith(diff)
  })
  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  test('takes fewer than a hundred lines, in its own folder and in the table', () => {
    const files = [...diff.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, file]) => file)
    expect(diff.split('\n').length).toBeLessThan(100)
    expect(files).toEqual(['src/notifiers/file/file.ts', 'src/notifiers/file/kind.ts', 'src/setup/kinds.ts'])
  })

  test('is in the JSON Schema, with what documentation says of it', () => {
    const schema = readFileSync(join(copy, 'dist/schema.json'), 'utf8')
    expect(schema).toContain('"a file to which each message adds a line"')
    expect(schema).toContain('"the file, by its absolute path"')
  })

  test('is in the documentation of keys', () => {
    expect(keysIn(copy)).toContain('| `file` | a file to which each message adds a line |\n')
    expect(keysIn(copy)).toContain(
      '## `notifiers.NAME.file`\n\n| key | is |\n|---|---|\n| `path` | the file, by its absolute path (required) |\n',
    )
  })

  test('tells, and is known where something is wrong', async () => {
    const scene = await makeSqliteScene()
    scene.beat(7_200)
    const [config, told] = [join(scene.dir, 'lastalive.yaml'), join(scene.dir, 'told')]
    const write = (notifier: string): void =>
      writeFileSync(
        config,
        `databases: { d: "sqlite:${scene.path}" }\nnotifiers: { log: ${notifier} }\nchecks: { mdx: { database: d, key: last_alive, critical: 10m } }\n`,
        { mode: 0o600 },
      )
    const lastalive = (...args: readonly string[]) =>
      runProgram([process.execPath, join(copy, 'bin/lastalive.js'), ...args, '--config', config])
    write(`{ file: { path: ${told} } }`)
    expect(await lastalive('validate')).toMatchObject({ code: 0, stdout: expect.stringContaining('told: log\n') })
    expect(await lastalive('run', '--state', scene.dir)).toMatchObject({ code: 2, stderr: '' })
    expect(readFileSync(told, 'utf8')).toBe('[lastalive] CRITICAL mdx: silent for 2 h (limit 10 min)\n')
    write('{ file: {} }')
    const { code, stderr } = await lastalive('validate')
    expect([code, stderr]).toEqual([3, expect.stringContaining('notifiers.log.file.path: is missing; write /var/log/')])
    write('{}')
    expect((await lastalive('validate')).stderr).toContain('write mail, webhook, command, icinga or file below it')
  })
})

describe('add a source', () => {
  const diff = diffUnder('Add a source')
  let copy: string
  beforeAll(() => {
    copy = copyWith(diff)
  })
  afterAll(() => rmSync(copy, { recursive: true, force: true }))
  const lastalive = (...args: readonly string[]) =>
    runProgram([process.execPath, join(copy, 'bin/lastalive.js'), ...args])

  test('takes fewer than a hundred lines, in its own folder and in the table', () => {
    const files = [...diff.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, file]) => file)
    expect(diff.split('\n').length).toBeLessThan(100)
    expect(files).toEqual(['src/sources/load/kind.ts', 'src/sources/load/load.ts', 'src/setup/kinds.ts'])
  })

  test('is in the JSON Schema, with what documentation says of it', () => {
    const schema = JSON.parse(readFileSync(join(copy, 'dist/schema.json'), 'utf8'))
    const kinds: readonly { readonly description: string; readonly properties: object }[] =
      schema.properties.checks.additionalProperties.anyOf
    const load = kinds.find(({ description }) => description === 'the load of this host')
    expect(load?.properties).toMatchObject({ load: { enum: ['1m', '5m', '15m'] } })
  })

  test('is in the documentation of keys', () =>
    expect(keysIn(copy)).toContain(
      '## `checks.NAME` of the load of this host\n\n| key | is |\n|---|---|\n| `load` | the mean load of this host, over 1m, 5m or 15m (required) |\n',
    ))

  test('is in the help and in what shells complete', async () => {
    expect((await lastalive('check', '--help')).stdout).toMatch(/--load <mean> +the load of this host/)
    expect((await lastalive('completion', 'bash')).stdout).toContain('--load')
    expect(readFileSync(join(copy, 'dist/lastalive.1'), 'utf8')).toMatch(/load.*mean/)
  })

  test('reads in a run, from a file or a line, and needs no database', async () => {
    const scene = await makeSqliteScene()
    const config = join(scene.dir, 'lastalive.yaml')
    const write = (check: string): void => writeFileSync(config, `checks: { busy: ${check} }\n`, { mode: 0o600 })
    write('{ load: 5m, critical: "100000:" }')
    const told = ['--to', 'a@domain.tld', '--smtp', scene.smtp.url]
    expect(await lastalive('check', '--config', config)).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^CRITICAL - busy: [\d.]+ \(limit 100000:\) \| busy=[\d.]+;;100000:/),
    })
    const line = ['--load', '1m', '-c', '100000:', '--name', 'busy', '--lockfile', scene.lockfile]
    expect(await lastalive('run', ...line, ...told)).toMatchObject({ code: 2, stderr: '' })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] CRITICAL busy: [\d.]+ \(limit 100000:\)$/)])
    expect(await lastalive('run', ...line.with(3, '1000'), ...told)).toMatchObject({ code: 0 })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK busy: /)])
    write('{ load: 7m, critical: 3 }')
    expect((await lastalive('validate', '--config', config)).stderr).toContain('checks.busy.load: "7m" is not known')
    write('{ load: 5m }')
    expect((await lastalive('validate', '--config', config)).stderr).toContain('checks.busy: has no limit; write')
  })
})
