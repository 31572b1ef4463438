import { existsSync, readFileSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { Message } from '../../../src/core/incident/notice.ts'
import { createCommandNotifier } from '../../../src/notifiers/command/command.ts'
import { aFact, message, within } from '../messages.ts'
import { makeScript, type ScriptFixture, type ScriptSettings } from '../scripts.ts'

const made: ScriptFixture[] = []
afterEach(async () => {
  await Promise.all(made.splice(0).map((script) => script.stop()))
})

async function make(settings: ScriptSettings = {}): Promise<ScriptFixture> {
  const script = await makeScript(settings)
  made.push(script)
  return script
}

interface Changes {
  readonly args?: readonly string[]
  readonly timeout?: number
  readonly said?: Partial<Message>
  readonly options?: ReturnType<typeof within>
}

async function sendBy(path: string, { args = [], timeout = 30, said = {}, options = within(60_000) }: Changes = {}) {
  const notifier = createCommandNotifier('chat', { run: [path, ...args], timeout })
  const [delivery] = await notifier.send(message(said), ['chat'], options)
  return delivery
}

async function callOf(changes: Changes = {}) {
  const script = await make()
  expect(await sendBy(script.path, changes)).toEqual({
    recipient: 'chat',
    kind: 'accepted',
    by: `command chat (${script.path})`,
  })
  const [call, ...more] = await script.calls()
  if (call === undefined || more.length > 0) throw new Error('not called once')
  return call
}

const passing = (error: RegExp) => ({ kind: 'refused', permanent: false, error: expect.stringMatching(error) })
const inDoubt = (error: RegExp) => ({ kind: 'uncertain', error: expect.stringMatching(error) })

/** Whether a process runs. */
function isAlive(pid: number): boolean {
  try {
    // Killed and not yet taken leave of, in a container whose first process takes leave of nobody.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function until(claim: () => boolean): Promise<void> {
  for (const giveUp = performance.now() + 10_000; !claim() && performance.now() < giveUp; ) await sleep(20)
  expect(claim()).toBe(true)
}

describe('a command', () => {
  test('has the facts of the worst notice in its environment', async () => {
    const { env } = await callOf({
      said: { facts: [aFact({ item: 'host 7' }), aFact({ kind: 'closed' })], moreFacts: 3 },
    })
    const notice = Object.entries(env).filter(([name]) => name.startsWith('NOTICE_'))
    expect(Object.fromEntries(notice)).toEqual({
      NOTICE_HEADLINE: 'CRITICAL mdx: silent for 42 min (limit 10 min)',
      NOTICE_KIND: 'opened',
      NOTICE_STATE: 'CRITICAL',
      NOTICE_SEVERITY: 'CRITICAL',
      NOTICE_TITLE: 'mdx',
      NOTICE_CHECK: 'mdx',
      NOTICE_ITEM: 'host 7',
      NOTICE_SUMMARY: 'silent for 42 min (limit 10 min)',
      NOTICE_CAUSE: 'age',
      NOTICE_INCIDENT: 'id-1',
      NOTICE_EPISODE: '1',
      NOTICE_SINCE: '2026-11-22T11:28:00Z',
      NOTICE_INSTANCE: 'watch1',
      NOTICE_COUNT: '5',
      NOTICE_ACTION: 'trigger',
      NOTICE_LEVEL: 'critical',
      NOTICE_PRIORITY: '5',
      NOTICE_COLOR: '#a30200',
      NOTICE_SUBJECT: message().subject,
      NOTICE_TEXT: message().text,
      NOTICE_MESSAGE_ID: 'closing.1@lastalive',
    })
  })

  test('has our environment besides, but not our limits on look-ups', async () => {
    process.env.RES_OPTIONS = 'timeout:1'
    const { env } = await callOf()
    delete process.env.RES_OPTIONS
    expect(env.PATH).toBe(process.env.PATH)
    expect(env.RES_OPTIONS).toBeUndefined()
  })

  test('has the whole message as JSON on its standard input, and / as its place', async () => {
    const { input, cwd } = await callOf({ said: { openingId: 'opening.1@lastalive', moreFacts: 7 } })
    expect(input).toMatch(/^[^\n]+\n$/)
    expect(JSON.parse(input)).toMatchObject({
      version: 1,
      id: 'closing.1@lastalive',
      openingId: 'opening.1@lastalive',
      notices: [{ kind: 'opened', check: 'mdx', since: '2026-11-22T11:28:00.000Z' }],
      more: 7,
    })
    expect(cwd).toBe('/')
  })

  test('has its arguments as they are, since no shell sees them', async () => {
    const args = ['$(touch /tmp/evil)', '', 'a b', '*', '{headline}', 'a b']
    expect((await callOf({ args })).args).toEqual(args)
  })

  test('has hostile text as text, without NUL, and no more of it than a system takes', async () => {
    const item = `$(id) \0\n"'\u202e${'x'.repeat(1_000_000)}`
    const { env, input } = await callOf({ said: { text: 'ü'.repeat(500_000), facts: [aFact({ item })] } })
    expect(env.NOTICE_ITEM).toMatch(/^\$\(id\) \n"'\u202ex+…$/)
    expect(env.NOTICE_TEXT?.length).toBe(10_000)
    expect(JSON.parse(input).text).toHaveLength(500_000)
  })

  test('need not read what it is handed', async () => {
    const script = await make({ before: 'exit 0' })
    const said = { text: 'x'.repeat(5_000_000) }
    expect(await sendBy(script.path, { said })).toMatchObject({ kind: 'accepted' })
  })

  test('keeps nobody waiting by what it leaves in the background, and that lives on', async () => {
    const [script, failing] = [
      await make({ after: 'sleep 30 & echo $! > "$0.pid"' }),
      await make({ after: 'echo sorry >&2; sleep 30 & echo $! > "$0.pid"; exit 1' }),
    ]
    const before = performance.now()
    expect(await sendBy(script.path)).toMatchObject({ kind: 'accepted' })
    expect(await sendBy(failing.path)).toMatchObject(passing(/exit 1: sorry$/))
    expect(performance.now() - before).toBeLessThan(20_000)
    for (const { path } of [script, failing]) {
      const pid = Number(readFileSync(`${path}.pid`, 'utf8'))
      expect(isAlive(pid)).toBe(true)
      process.kill(pid)
    }
  })
})

describe('the exit code', () => {
  test.each([
    [1, false],
    [2, false],
    [63, false],
    [64, true],
    [65, true],
    [66, false],
    [67, true],
    [68, false],
    [69, false],
    [70, false],
    [74, false],
    [77, true],
    [78, false],
    [79, false],
    [126, false],
    [255, false],
  ])('%d is a refusal, for good: %s', async (code, permanent) => {
    const script = await make({ after: `echo one >&2; printf 'two \\033[31m\\n\\n' >&2; echo out; exit ${code}` })
    expect(await sendBy(script.path)).toEqual({
      recipient: 'chat',
      kind: 'refused',
      permanent,
      error: `command chat (${script.path}) failed with exit ${code}: two \\x1b[31m`,
    })
  })

  test('75 leaves it uncertain: it may have been queued', async () => {
    const script = await make({ after: 'echo later >&2; exit 75' })
    expect(await sendBy(script.path)).toMatchObject(
      inDoubt(/could not tell now \(exit 75\), and may have told: later$/),
    )
  })

  test('that is none, since it died, leaves it uncertain', async () => {
    const script = await make({ after: 'kill -9 $$' })
    expect(await sendBy(script.path)).toMatchObject(inDoubt(/died of SIGKILL; it may have told$/))
  })
})

describe('at its deadline', () => {
  test('it may end in order, and is uncertain whatever it exits with', async () => {
    const script = await make({ after: 'trap "echo bye > $0.bye; exit 0" TERM; sleep 60 & wait' })
    expect(await sendBy(script.path, { timeout: 1 })).toMatchObject(
      inDoubt(/^command chat \(.*\) did not finish within 1 s and was killed; it may have told$/),
    )
    expect(existsSync(`${script.path}.bye`)).toBe(true)
  })

  test('one that does not hear, and what it has started, are killed', async () => {
    const script = await make({ before: `trap '' TERM; sh -c 'echo $$ > "$0.pid"; sleep 60' "$0" & sleep 60` })
    const before = performance.now()
    expect(await sendBy(script.path, { timeout: 1 })).toMatchObject(inDoubt(/was killed/))
    expect(performance.now() - before).toBeLessThan(10_000)
    const pid = Number(readFileSync(`${script.path}.pid`, 'utf8'))
    await until(() => !isAlive(pid))
  })

  test('of the run it is killed before that is over', async () => {
    const script = await make({ before: `trap '' TERM; sleep 60` })
    const before = performance.now()
    const delivery = await sendBy(script.path, { options: within(1_500) })
    expect(performance.now() - before).toBeLessThan(3_000)
    expect(delivery).toMatchObject(inDoubt(/did not finish within (1|0\.\d) s and was killed/))
  })
})

describe('what cannot be started', () => {
  test.each([
    ['is not there', '/nowhere/tell', /does not exist, or the program in its first line does not; write the path/],
    ['is a directory', '/tmp', /cannot be executed; run: chmod \+x on it/],
  ])('since it %s is refused with a cure', async (_, path, error) => {
    expect(await sendBy(path)).toMatchObject(passing(error))
  })

  test('since it may not be is refused with a cure', async () => {
    const script = await make()
    await chmod(script.path, 0o600)
    expect(await sendBy(script.path)).toMatchObject(passing(/cannot be executed; run: chmod \+x on it/))
  })

  test('since its interpreter is not there is refused with a cure', async () => {
    const script = await make()
    await writeFile(script.path, '#!/nowhere/sh\n')
    expect(await sendBy(script.path)).toMatchObject(passing(/the program in its first line does not/))
  })
})
