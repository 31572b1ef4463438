import { describe, expect, test } from 'vitest'
import { BEYOND_US_MISSING, type Beyond, canBeBeyondUs, makeBeyond } from '../support/beyond-us.ts'
import { eventually } from '../support/eventually.ts'

const STILL =
  /^UNKNOWN +a +not run: it is still running since \S+, and we may not end it; as root, run: kill -9 -- -\d+/m

/** What a check looks at, and what the first run says of it. */
const CASES: Readonly<Record<string, (beyond: Beyond) => readonly [check: object, first: RegExp]>> = {
  'a command that becomes root and hangs': ({ goesOn }) => [
    { command: [goesOn], timeout: '1s' },
    /^UNKNOWN +a +did not finish within 1 s$/m,
  ],
  'a command that waits for such a one': ({ goesOn, put }) => [
    { command: [put('waits', `#!/bin/sh\n${goesOn}; exit 0\n`)], timeout: '1s' },
    /^UNKNOWN +a +did not finish within 1 s$/m,
  ],
  'a command that leaves such a one in the background': ({ goesOn, put }) => [
    { command: [put('leaves', `#!/bin/sh\n${goesOn} >/dev/null 2>&1 &\nsleep 1; echo well\n`)] },
    /^ok +a +well$/m,
  ],
  'a module that waits for such a one': ({ goesOn, put }) => [
    { module: put('waits.mjs', moduleOf(goesOn, 'await new Promise(() => {})')), critical: '1h', timeout: '2s' },
    /^UNKNOWN +a +no answer within [12](\.\d)? s$/m,
  ],
  'a module that loops for ever beside such a one': ({ goesOn, put }) => [
    { module: put('loops.mjs', moduleOf(goesOn, 'for (;;);')), critical: '1h', timeout: '2s' },
    /^UNKNOWN +a +no answer within [12](\.\d)? s$/m,
  ],
  'a module that leaves such a one in the background': ({ goesOn, put }) => [
    { module: put('leaves.mjs', moduleOf(goesOn, "return { kind: 'beat', at: new Date() }")), critical: '1h' },
    /^ok +a +alive/m,
  ],
}

function moduleOf(goesOn: string, then: string): string {
  return `import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
export async function read() {
  spawn(${JSON.stringify(goesOn)}, { stdio: 'ignore' })
  await sleep(500)
  ${then}
}`
}

describe.skipIf(!canBeBeyondUs())(`what we may not end (${BEYOND_US_MISSING} where skipped)`, () => {
  test.each(Object.keys(CASES))('%s is not started again while it goes on', async (name) => {
    const beyond = makeBeyond()
    const [check, first] = CASES[name]?.(beyond) ?? [{}, /^$/]
    beyond.watch(check as Readonly<Record<string, unknown>>)
    const run = () => beyond.command('run', '--format', 'text')
    expect((await run()).stdout).toMatch(first)
    expect(beyond.alive()).toHaveLength(1)
    for (const again of [run, run, () => beyond.command('check', '--format', 'text')]) {
      const { stdout, stderr } = await again()
      expect(stdout).toMatch(STILL)
      expect(stderr).not.toMatch(/EPERM|unforeseen/)
    }
    expect(beyond.alive()).toHaveLength(1)
    beyond.end()
    await eventually(() => (beyond.alive().length === 0 ? true : undefined), { what: 'its end' })
    expect((await run()).stdout).toMatch(first)
    expect(beyond.alive()).toHaveLength(1)
  })
})
