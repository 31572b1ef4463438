import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { divideTime } from '../../../src/run/deadline.ts'
import { look } from '../../../src/run/look.ts'
import { makeFifo } from '../../support/fifo.ts'
import { startRaw } from '../../support/raw.ts'
import { startWeb } from '../../support/web.ts'
import { planned } from '../one-check.ts'

const NOW = new Date('2026-11-29T12:00:00Z')

/** What is said of a peer: of it, then of what else is known. */
async function saidOf(entry: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const plan = await planned(entry)
  const verdicts = await look(plan, { clock: { now: () => NOW } }, divideTime(10, { readingShare: 0.9 }))
  return verdicts.map(
    ({ item, severity, summary }) => `${item === undefined ? '' : `${item}: `}${severity}: ${summary}`,
  )
}

const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1_000).toISOString()

const WELL = { judged: 3, peers: 1, accepted: 0, errors: 0, undelivered: 0 }

/** What is said of a file with this text. */
async function saidOfText(text: string, keys: Readonly<Record<string, unknown>> = {}): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-peer-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const peer = join(directory, 'last-run.json')
  writeFileSync(peer, text)
  const said = await saidOf({ peer, ...keys })
  return said.map((line) => line.replaceAll(directory, '').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'))
}

const saidOfRun = (lastRun: Readonly<Record<string, unknown>>, keys: Readonly<Record<string, unknown>> = {}) =>
  saidOfText(JSON.stringify({ ...WELL, at: ago(30), ...lastRun }), keys)

const FINE = 'ok: fine: its last run was 30 s ago'
const TELLS = 'telling: ok: can tell'
const CHECKS = 'checks: ok: runs checks: 2'

describe('a peer', () => {
  test('is fine', async () => expect(await saidOfRun({})).toEqual([FINE, TELLS, CHECKS]))

  test('is fine without notifiers, and of an earlier version', async () => {
    expect(await saidOfText(JSON.stringify({ at: ago(30), judged: 2, accepted: 0, errors: 0 }))).toEqual([FINE, CHECKS])
  })

  test('has not run for longer than 5 min, or than is said', async () => {
    expect(await saidOfRun({ at: ago(720) })).toEqual([
      'critical: no answer: its last run was 12 min ago (limit 5 min)',
    ])
    expect(await saidOfRun({ at: ago(720) }, { critical: '20m' })).toEqual([
      'ok: fine: its last run was 12 min ago',
      TELLS,
      CHECKS,
    ])
    expect((await saidOfRun({ at: ago(720) }, { warning: '10m', critical: '20m' }))[0]).toBe(
      'warning: its last run was 12 min ago',
    )
  })

  test('cannot tell for a while, and each fault is said beside the others', async () => {
    const failing = { undelivered: 2, failingSince: ago(1_200), acceptedAt: ago(7_200) }
    const told =
      'telling: critical: cannot tell: nothing was accepted since TIME, though 2 are owed something; the last message was accepted 2 h ago'
    expect(await saidOfRun(failing)).toEqual([FINE, told, CHECKS])
    expect(await saidOfRun({ ...failing, judged: 1 })).toEqual([FINE, told, 'checks: critical: runs no checks'])
    expect(await saidOfRun({ ...failing, judged: 1, at: ago(720) })).toEqual([
      'critical: no answer: its last run was 12 min ago (limit 5 min)',
      told,
      'checks: critical: runs no checks',
    ])
    expect(await saidOfRun({ undelivered: 2, failingSince: ago(60) })).toEqual([
      FINE,
      'telling: ok: nothing was accepted since TIME, though 2 are owed something',
      CHECKS,
    ])
  })

  test('runs no checks but of peers, which may be said of it', async () => {
    expect((await saidOfRun({ judged: 1 }))[2]).toBe('checks: critical: runs no checks')
    expect((await saidOfRun({ judged: 0, peers: 0 }))[2]).toBe('checks: critical: runs no checks')
    expect((await saidOfRun({ judged: 1 }, { checks: 'none' }))[2]).toBe('checks: ok: runs no checks, as is said of it')
  })

  test.each([
    ['', 'it is empty'],
    ['True', 'not what a run leaves: True'],
    ['{"at":"yesterday","judged":1,"accepted":0,"errors":0}', 'not what a run leaves: {"at":"yesterday"'],
    ['\u001b[2J<html>', String.raw`not what a run leaves: \x1b[2J<html>`],
    ['x'.repeat(70_000), '/last-run.json is larger than 64 kB'],
  ])('gives a strange answer: %#', async (text, why) => {
    const [said, ...more] = await saidOfText(text)
    expect(said).toContain(`critical: strange answer: ${why}`)
    expect(more).toEqual([])
  })

  test('gives a strange answer of a time to come', async () =>
    expect(await saidOfRun({ at: ago(-7_200) })).toEqual([
      'critical: strange answer: its last run was 2 h in the future: is a clock wrong?',
    ]))

  test('gives no answer where there is no file, and a pipe is not waited for', async () => {
    expect(await saidOf({ peer: '/proc/nonexistent/last-run.json' })).toEqual([
      'critical: no answer: there is no file /proc/nonexistent/last-run.json',
    ])
    const { path, remove } = makeFifo()
    onTestFinished(remove)
    expect(await saidOf({ peer: path })).toEqual([`critical: strange answer: ${path} is not a regular file`])
  })
})

describe('a peer by HTTP', () => {
  test('is fine, strange, or does not answer', async () => {
    const web = await startWeb()
    web.answer({ status: 200, body: JSON.stringify({ ...WELL, at: ago(30) }) })
    expect(await saidOf({ peer: web.url })).toEqual([FINE, TELLS, CHECKS])
    web.answer({ status: 404, body: 'nothing here' })
    expect(await saidOf({ peer: web.url })).toEqual(['critical: strange answer: 404 Not Found'])
    web.answer({ status: 302, headers: { location: '/elsewhere' } })
    expect(await saidOf({ peer: web.url })).toEqual(['critical: strange answer: 302 Found'])
    web.answer('drop')
    expect(await saidOf({ peer: web.url })).toEqual([
      'critical: no answer: closed the connection before it had answered',
    ])
    web.answer('hang')
    expect(await saidOf({ peer: web.url, timeout: '1s' })).toEqual([
      'critical: no answer: connected, and then silent for 1 s',
    ])
    await web.stop()
    expect(await saidOf({ peer: web.url })).toEqual([expect.stringMatching(/^critical: no answer: .*refused/)])
  })

  test('that never ends, or is not HTTP, does no harm', async () => {
    const endless = await startRaw((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        const timer = setInterval(() => socket.write('x'.repeat(16_384)), 5)
        socket.on('close', () => clearInterval(timer))
      })
    })
    expect(await saidOf({ peer: `http://127.0.0.1:${endless}/` })).toEqual([
      'critical: strange answer: it is larger than 64 kB',
    ])
    const other = await startRaw((socket) => {
      socket.on('error', () => {})
      socket.end('SSH-2.0-OpenSSH_9.2\r\n')
    })
    expect(await saidOf({ peer: `http://127.0.0.1:${other}/` })).toEqual(['critical: strange answer: it is not HTTP'])
  })

  test('shows no password', async () => {
    const web = await startWeb()
    onTestFinished(() => web.stop())
    web.answer({ status: 200, body: 'watch:s3cret-word says no' })
    const peer = web.url.replace('://', '://watch:s3cret-word@')
    const plan = await planned({ peer })
    const check = plan.sources[0]?.watched[0]?.check
    expect(check?.where(check.look, check.source)).not.toContain('s3cret')
    expect((await saidOf({ peer })).join()).not.toContain('s3cret')
    expect(web.requests[0]?.headers.authorization).toMatch(/^Basic /)
  })
})
