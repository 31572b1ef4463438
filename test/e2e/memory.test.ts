import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMAND } from '../support/command.ts'
import { ALERT, makeSqliteScene, SENDER } from '../support/scene.ts'
import { canTrace, STRACE_MISSING } from '../support/strace.ts'

test('what checks remember is forgotten with the check, and kept as it is by whoever only looks', async () => {
  const scene = await makeSqliteScene()
  const file = `${scene.lockfile}.memory`
  const kept = '{"version":1,"memory":{"gone":1,"mdx":{"offset":2}}}\n'
  writeFileSync(file, kept, { mode: 0o600 })
  expect(await scene.run(['--dry-run'])).toMatchObject({ code: 0 })
  expect(readFileSync(file, 'utf8')).toBe(kept)
  expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
  expect(readFileSync(file, 'utf8')).toBe('{"version":1,"memory":{"mdx":{"offset":2}}}\n')
})

test('a memory that is broken is said, put aside, and keeps nobody from being told', async () => {
  const scene = await makeSqliteScene()
  const file = `${scene.lockfile}.memory`
  writeFileSync(file, '{"version":1,"memory":{"mdx"', { mode: 0o600 })
  scene.beat(2_525)
  const { code, stderr } = await scene.run()
  expect(code).toBe(4)
  expect(stderr).toContain(`cannot read ${file}: it is not what lastalive writes; kept as ${file}.broken`)
  expect(scene.subjects()).toEqual([expect.stringContaining('CRITICAL mdx')])
  expect([existsSync(file), existsSync(`${file}.broken`)]).toEqual([false, true])
  expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
})

test.skipIf(!canTrace())(
  `a quiet run in which nothing is remembered has no file of it (${STRACE_MISSING} where skipped)`,
  async () => {
    const scene = await makeSqliteScene()
    const log = join(scene.dir, 'strace.log')
    const line = ['run', '--url', `sqlite:${scene.path}`, '--key', 'last_alive', '-c', '10m', '--name', 'mdx']
    const told = ['--to', ALERT, '--from', SENDER, '--smtp', scene.smtp.url]
    const callsOf = (place: readonly string[]): readonly string[] => {
      const strace = ['-f', '-qq', '-o', log, '-e', 'trace=%file', process.execPath, COMMAND]
      execFileSync('strace', [...strace, ...line, ...told, ...place])
      return readFileSync(log, 'utf8')
        .split('\n')
        .filter((call) => /memory/.test(call) && call.includes(scene.dir))
    }
    expect(callsOf(['--state', join(scene.dir, 'state')])).toEqual([])
    expect(callsOf(['--lockfile', scene.lockfile])).toEqual([expect.stringContaining('ENOENT')])
  },
)
