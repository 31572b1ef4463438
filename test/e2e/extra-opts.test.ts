import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { makeSqliteScene, type SqliteScene } from '../support/scene.ts'

let scene: SqliteScene
beforeEach(async () => {
  scene = await makeSqliteScene()
  scene.beat(0)
})

describe('--extra-opts', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lastalive-extra-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
  })
  const write = (name: string, ...lines: readonly string[]): string => {
    const path = join(dir, name)
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  }
  const run = (...words: readonly string[]) => lastalive(['check', ...words], { env: { NAGIOS_CONFIG_PATH: dir } })

  test('takes options from a section of a file, which the command line overrides', async () => {
    scene.beat(120)
    const path = write(
      'own.ini',
      '[other]',
      'nonsense',
      '[mail]',
      '# a comment',
      `url = "${scene.path}"`,
      'key=last_alive',
      'c = 1m',
    )
    expect(await run(`--extra-opts=mail@${path}`)).toMatchObject({ code: 2 })
    expect(await run('--extra-opts', `mail@${path}`)).toMatchObject({ code: 2, stderr: '' })
    expect(await run('-c', '10m', '--extra-opts', `mail@${path}`, '-c', '1h')).toMatchObject({ code: 0, stderr: '' })
    expect(await run(`--extra-opts=mail@${path}`, '-c', '10m')).toMatchObject({ code: 0 })
  })

  test('without either looks for [lastalive] where plugins do', async () => {
    write('plugins.ini', '[lastalive]', `url=${scene.path}`, 'key=last_alive', 'critical=10m', 'verbose')
    expect(await run('--extra-opts')).toMatchObject({ code: 0, stdout: expect.stringContaining('last beat') })
  })

  test('shows no secret of it, whatever is wrong', async () => {
    const url = 'postgresql://watch:secret@127.0.0.1:notaport/mail'
    const path = write('own.ini', '[mail]', `url=${url}`, 'key=a', 'critical=1h')
    const { code, stdout, stderr } = await run(`--extra-opts=mail@${path}`)
    expect([code, stdout]).toEqual([3, expect.stringMatching(/^UNKNOWN - /)])
    const other = write('two.ini', '[mail]', 'H=db', 'l=watch', 'p=secret', 'tag=secret', 'key=a=1h')
    const wrong = await run(`--extra-opts=mail@${other}`, 'secret')
    expect([wrong.code, wrong.stdout]).toEqual([3, expect.stringMatching(/^UNKNOWN - /)])
    expect(`${stdout}${stderr}${wrong.stdout}${wrong.stderr}`).not.toContain('secret')
  })

  test.each([
    [
      'a file that is not there',
      () => '--extra-opts=@/proc/nonexistent/a.ini',
      'cannot read /proc/nonexistent/a.ini (ENOENT)',
    ],
    ['a section that is not there', () => `--extra-opts=b@${write('a.ini', '[a]')}`, 'has no section [b]; write a'],
    [
      'a section of another name, with the nearest',
      () => `--extra-opts=prodution@${write('a.ini', '[test]', '[production]', '[staging]')}`,
      'has no section [prodution]; write production',
    ],
    [
      'a file that others can write',
      () => {
        const path = write('a.ini', '[a]', 'url=secret')
        chmodSync(path, 0o666)
        return `--extra-opts=a@${path}`
      },
      'a.ini others can write it; run: chmod go-w ',
    ],
    [
      'a line that is none',
      () => `--extra-opts=a@${write('a.ini', '[a]', 'pass word = secret')}`,
      'has a line that is not an option',
    ],
  ])('refuses %s', async (_, option, words) => {
    const { code, stdout } = await run(option())
    expect([code, stdout]).toEqual([3, expect.stringContaining(words)])
    expect(stdout).not.toContain('secret')
  })
})

test.skipIf(process.getuid?.() !== 0)('--extra-opts takes nothing from a file of another user', async () => {
  const path = join(scene.dir, 'a.ini')
  writeFileSync(path, `[lastalive]\nurl=${scene.path}\nkey=last_alive=1h\n`)
  chownSync(path, 65_534, 65_534)
  const words = `UNKNOWN - lastalive: --extra-opts: ${path} belongs to user 65534, neither to you nor to root; run: chown`
  expect(await lastalive(['check', `--extra-opts=@${path}`])).toMatchObject({
    code: 3,
    stdout: expect.stringContaining(words),
  })
})
