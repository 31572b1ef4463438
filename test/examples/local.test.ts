import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eachLineOf } from '../support/plugin-output.ts'
import { about, configure, copyPrivately, makeDirectory, startServer } from './surroundings.ts'

const VALID = { code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' }

/** The state and name of each line of a plugin's output. */
function statesIn(stdout: string): readonly string[] {
  return eachLineOf(stdout).flatMap((line) => /^(\w+ - [^:]+):/.exec(line)?.[1] ?? [])
}

describe(about('files.yaml'), () => {
  async function makeFiles(hoursAgo: number) {
    const [smtp, dir] = [await startServer(), makeDirectory()]
    const at = new Date(Date.now() - hoursAgo * 3_600_000)
    mkdirSync(join(dir, 'rejected'))
    writeFileSync(join(dir, 'a.dump'), 'x'.repeat(1_000))
    utimesSync(join(dir, 'a.dump'), at, at)
    writeFileSync(join(dir, 'copy.json'), JSON.stringify({ finished: at }))
    return { dir, smtp, ...configure('files.yaml', { BACKUPS: dir, SPOOL: dir, SMTP_URL: smtp.url }) }
  }

  test('is valid, without a remark, and quiet while all is well', async () => {
    const { validate, run, smtp } = await makeFiles(0)
    expect(await validate()).toMatchObject(VALID)
    expect(await run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(smtp.messages).toEqual([])
  })

  test('sees an old backup, an empty one, and what was set aside', async () => {
    const { dir, check } = await makeFiles(48)
    writeFileSync(join(dir, 'rejected/a'), '')
    expect(statesIn((await check([])).stdout)).toEqual([
      'CRITICAL - backup',
      'CRITICAL - copied',
      'CRITICAL - rejected',
      'OK - backup-size',
      'OK - spool',
    ])
    writeFileSync(join(dir, 'b.dump'), '')
    expect(statesIn((await check([])).stdout)).toEqual([
      'CRITICAL - backup-size',
      'CRITICAL - copied',
      'CRITICAL - rejected',
      'OK - backup',
      'OK - spool',
    ])
  })
})

test(`${about('plugins.yaml')} runs what it is told to, and tells what it says`, async () => {
  const [smtp, dir] = [await startServer(), makeDirectory()]
  const plugin = (name: string, line: string, code: number): void =>
    writeFileSync(join(dir, name), `#!/bin/sh\necho "${line}"\nexit ${code}\n`, { mode: 0o755 })
  plugin('check_disk', 'DISK OK | /=1B', 0)
  plugin('check_load', 'LOAD CRITICAL', 2)
  const { validate, check, run } = configure('plugins.yaml', { PLUGINS: dir, SMTP_URL: smtp.url })
  expect(await validate()).toMatchObject(VALID)
  expect(statesIn((await check([])).stdout)).toEqual(['CRITICAL - load', 'OK - disk', 'OK - clock'])
  expect(await run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect(smtp.messages.map(({ parsed }) => parsed.subject)).toEqual(['[lastalive] CRITICAL load: LOAD CRITICAL'])
})

test(`${about('module.yaml')} asks ${about('queue.mjs')}`, async () => {
  const [smtp, dir] = [await startServer(), makeDirectory()]
  copyPrivately('queue.mjs', join(dir, 'queue.mjs'))
  for (let i = 0; i < 30; i++) writeFileSync(join(dir, `${i}.job`), '')
  const { validate, check } = configure('module.yaml', { MODULES: dir, SPOOL: dir, SMTP_URL: smtp.url })
  expect(await validate()).toMatchObject(VALID)
  expect((await check([])).stdout).toMatch(/^WARNING - queue: 30 \(limit 20\)/)
})
