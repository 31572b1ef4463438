import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { COMMAND } from '../support/command.ts'
import { makeSqliteScene } from '../support/scene.ts'
import { ENDLESS } from '../support/sqlite-folder.ts'

/** The processes that a process has started. */
function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    // ESRCH or ENOENT: there is no such process, which is the question.
    return false
  }
}

async function until(isSo: () => boolean, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs
  while (!isSo() && performance.now() < end) await sleep(20)
  return isSo()
}

test.each([
  ['SIGTERM', 'as soon as it reads', 0],
  ['SIGTERM', 'in the middle of its query', 1_000],
  ['SIGKILL', 'as soon as it reads', 0],
  ['SIGKILL', 'in the middle of its query', 1_000],
] as const)('%s leaves no process behind that asks SQLite, %s', async (signal, _, waitMs) => {
  const scene = await makeSqliteScene()
  scene.database.exec(`CREATE VIEW slow AS SELECT 'k' AS rt_key, v AS rt_value FROM (${ENDLESS})`)
  const args = ['check', '--url', `sqlite:${scene.path}`, '--table', 'slow', '--key', 'k', '-c', '10m', '-t', '60s']
  const command = spawn(process.execPath, [COMMAND, ...args], { stdio: 'ignore' })
  onTestFinished(() => void command.kill('SIGKILL'))
  const pid = command.pid ?? 0
  const exit = once(command, 'exit')
  expect(await until(() => childrenOf(pid).length > 0, 10_000)).toBe(true)
  const [child = 0] = childrenOf(pid)
  await sleep(waitMs)
  expect(isAlive(child)).toBe(true)
  command.kill(signal)
  await exit
  const isGone = await until(() => !isAlive(child), 5_000)
  if (!isGone) process.kill(child, 'SIGKILL')
  expect(isGone).toBe(true)
})
