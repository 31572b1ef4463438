import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMAND } from '../support/command.ts'
import { eventually } from '../support/eventually.ts'
import { type JobScene, makeJobScene } from '../support/jobs.ts'
import { family } from '../support/processes.ts'

/** Starts exec, and waits until its command has said that it is ready. */
async function started({ url, state }: JobScene, script: string) {
  const child = spawn(
    process.execPath,
    [COMMAND, 'exec', '--url', url, '--state', state, '-t', '10s', 'n', '--', 'sh', '-c', script],
    {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = new Promise<number | string | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  )
  await eventually(() => (said.includes('ready') ? true : undefined), { what: () => `ready, after ${said}` })
  return { child, ended, said: () => said }
}

test.each(['SIGTERM', 'SIGUSR1'] as const)('%s reaches the command once, which may go on', async (signal) => {
  const scene = makeJobScene()
  const trap = `trap 'echo heard' ${signal.slice(3)}; echo ready; i=0; while [ $i -lt 6 ]; do sleep 0.1; i=$((i+1)); done; exit 5`
  const { child, ended, said } = await started(scene, trap)
  child.kill(signal)
  expect(await ended).toBe(5)
  expect(said()).toBe('ready\nheard\n')
  expect(scene.rows()).toMatchObject([{ exit_code: 5 }])
})

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('%s that ends the command ends exec with %i', async (signal, code) => {
  const scene = makeJobScene()
  const { child, ended } = await started(scene, 'echo ready; exec sleep 20')
  child.kill(signal)
  expect(await ended).toBe(code)
  expect(scene.rows()).toMatchObject([{ exit_code: code }])
})

test('a command that is killed is recorded; where exec is killed, the run stays open', async () => {
  const scene = makeJobScene()
  expect(await scene.exec(['n', '--', 'sh', '-c', 'kill -9 $$'])).toMatchObject({ code: 137 })
  const { child, ended } = await started(
    scene,
    'echo $$ >pid; echo ready; exec sleep 20'.replace('>pid', `>'${scene.dir}/pid'`),
  )
  await eventually(() => (scene.rows().length === 2 ? true : undefined), { what: 'the start' })
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  process.kill(Number(readFileSync(join(scene.dir, 'pid'), 'utf8')))
  expect(scene.rows()).toMatchObject([
    { exit_code: 137 },
    { exit_code: null, ended_at: null, started_at: expect.any(String) },
  ])
})

test('the end is in the database before a slow reader has read all, and a signal then ends only the wait', async () => {
  const { shell, rows } = makeJobScene()
  const words = "exec n -- sh -c 'head -c 150000 /dev/zero; exit 6'"
  const seen = shell(`{ ${words} & echo $! >&2; wait $!; echo code $? >&2; } | sleep 30`)
  const row = await eventually(() => rows().find(({ ended_at }) => ended_at !== null), { what: 'the end' })
  expect(row).toMatchObject({ exit_code: 6, output: null, output_bytes: expect.any(Number) })
  const exec = family(process.pid).find((pid) => commandLineOf(pid).includes('150000'))
  process.kill(exec ?? 0, 'SIGTERM')
  await eventually(() => (rows()[0]?.output_bytes ? true : undefined), { what: 'the rest' })
  for (const pid of family(process.pid)) if (commandLineOf(pid).startsWith('sleep')) process.kill(pid)
  expect((await seen).stderr).toMatch(/code 6$/m)
  expect(rows()).toMatchObject([{ exit_code: 6 }])
  expect(rows()[0]?.output?.length).toBe(100_000)
})

function commandLineOf(pid: number): string {
  return existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
}
