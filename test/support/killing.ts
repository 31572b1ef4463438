import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ParsedMail, simpleParser } from 'mailparser'
import { expect, onTestFinished } from 'vitest'
import { directoryLayout } from '../../src/store/lockfiles/layout.ts'
import { createLockfileStore } from '../../src/store/lockfiles/lockfiles.ts'
import { type Outcome, sampleOf } from './command.ts'
import { epoch, RUNTIME_INFO, SENDER } from './scene.ts'
import { makeSendmail } from './sendmail.ts'
import { kindOf, type Moment, nameOf, strike, trace } from './strace.ts'
import { makeWatchingScene, type WatchingScene } from './watching.ts'

/** Ages of a beat, in seconds. */
export const [ALIVE, SILENT] = [0, 2_525]

/** How often a moment is aimed at, where the run dies before it or after it. */
const AIMS = 20

/** A run that has something to tell. */
export interface Plot {
  /** each check's age: in the runs before it, oldest first, and last in the run itself */
  readonly ages: readonly Readonly<Record<string, number>>[]
  /** notifier → its addresses; one called `local` has a sendmail program, the others a server */
  readonly to: Readonly<Record<string, readonly string[]>>
}

/** What comes of it when it is not disturbed. */
export interface Ending {
  /** what each address hears, by the first words of the headlines, sorted */
  readonly says: readonly string[]
  readonly code: number
  /** moments of a run that are known to be there, so that the trace is known to show them */
  readonly moments: readonly string[]
}

/**
 * Kills a run at its moments, all or a part of them as `repetitions` says, each time from the same beginning, and lets
 * the next run do its work: in the end all must be as if nothing had happened, but for one message that was repeated.
 */
export async function expectNothingLost(plot: Plot, { says, code, moments: known }: Ending): Promise<void> {
  const stage = await prepareStage(plot)
  const { moments, aftermath } = await stage.leave()
  const heard = Object.values(plot.to).flatMap((addresses) => addresses.map((address) => [address, says]))
  expect(aftermath).toMatchObject({ code, stderr: '', said: Object.fromEntries(heard), status: code, complaints: [] })
  expect([...new Set(moments.map(kindOf))]).toEqual(expect.arrayContaining([...known]))
  const left = new Set(sampleOf(moments))
  for (const moment of left) {
    const aftermaths = await stage.kill(moment)
    for (const [diedAt, ofThis] of aftermaths) expect(ofThis, `killed at ${diedAt}`).toEqual(aftermath)
    // A moment that was met where another one was meant is met all the same.
    for (const other of left) if (aftermaths.has(nameOf(other))) left.delete(other)
    expect([...aftermaths.keys()], `${nameOf(moment)} was met`).toContain(nameOf(moment))
  }
}

/** What has come of it after the last run. */
interface Aftermath {
  /** of that run */
  readonly code: number | null
  readonly stderr: string
  /** what each address has heard, however often */
  readonly said: Readonly<Record<string, readonly string[]>>
  readonly kept: Kept
  /** exit code of `status` */
  readonly status: number | null
  /** what must not be */
  readonly complaints: readonly string[]
}

/** What a state directory holds. */
interface Kept {
  readonly files: readonly string[]
  /** of each lockfile, whom it says to have been told what */
  readonly told: Readonly<Record<string, unknown>>
  /** what has happened to which check, however often it stands there */
  readonly journal: readonly string[]
  /** lockfiles, and lines of the journal, that are not whole */
  readonly torn: readonly string[]
}

/** Where a plot can be played as often as one likes, each time from its beginning. */
interface Stage {
  /** lets the run go to its end */
  leave(): Promise<{ readonly moments: readonly Moment[]; readonly aftermath: Aftermath }>
  /**
   * Kills it at that moment, and lets the next run do its work. Where it dies at another moment, that counts as well,
   * and it is tried again; where it does not die, that counts as nothing.
   *
   * @returns what came of each kill, by where it died
   */
  kill(moment: Moment): Promise<ReadonlyMap<string, Aftermath>>
}

async function prepareStage(plot: Plot): Promise<Stage> {
  const scene = await makeWatchingScene(RUNTIME_INFO)
  const { state } = scene
  const mailboxes = await makeMailboxes(scene, plot)
  const reset = await makeBeginning(scene, plot)
  const statusOf = askOnce(scene)
  const [args, places] = [scene.args(['run']), { state, log: join(dirname(state), 'strace.log') }]
  const judge = async ({ code, stderr }: Outcome, wrongBefore: readonly string[]): Promise<Aftermath> => {
    const [letters, kept] = [await mailboxes.letters(), keptIn(state)]
    const status = await statusOf(kept)
    const complaints = [...wrongBefore, ...linesOf(status.stderr), ...excessOf(letters, plot)]
    return { code, stderr, said: saidIn(letters), kept, status: status.code, complaints }
  }
  const store = createLockfileStore(directoryLayout(state, { origin: '' }), { origin: '', readOnly: true })
  /** What `status` would complain of where the run has died. */
  const wrongAtDeath = async (): Promise<readonly string[]> => {
    const { problems } = await store.load([])
    return [...keptIn(state).torn, ...problems.map(({ message }) => message)]
  }
  let paths: readonly string[] = []
  const leave: Stage['leave'] = async () => {
    await mailboxes.letters()
    reset()
    const traced = await trace(args, places)
    paths = traced.paths
    return { moments: traced.moments, aftermath: await judge(traced.outcome, []) }
  }
  const kill: Stage['kill'] = async (moment) => {
    const aftermaths = new Map<string, Aftermath>()
    for (let [aims, count] = [0, moment.count]; aims < AIMS && !aftermaths.has(nameOf(moment)); aims++) {
      reset()
      const blow = await strike(moment, args, { ...places, paths, count })
      await untilGone([dirname(state), mailboxes.program])
      count = blow.aim
      if (blow.diedAt === undefined) await mailboxes.letters()
      else aftermaths.set(blow.diedAt, await judgeNext(await wrongAtDeath()))
    }
    return aftermaths
  }
  const judgeNext = async (wrong: readonly string[]): Promise<Aftermath> => judge(await scene.command(['run']), wrong)
  return { leave, kill }
}

/** @returns what puts the state directory and the beats to what they are right before the run */
async function makeBeginning({ state, database, command }: WatchingScene, { ages }: Plot): Promise<() => void> {
  const beat = (all: Plot['ages'][number] = {}): void => {
    const set = database.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)')
    for (const [key, age] of Object.entries(all)) set.run(key, epoch(-age))
  }
  for (const earlier of ages.slice(0, -1)) {
    beat(earlier)
    await command(['run'])
  }
  const before = `${state}-before`
  if (existsSync(state)) cpSync(state, before, { recursive: true })
  return () => {
    rmSync(state, { recursive: true, force: true })
    if (existsSync(before)) cpSync(before, state, { recursive: true })
    beat(ages.at(-1))
  }
}

/** Asks `status` once for each state that there is. */
function askOnce(scene: WatchingScene): (kept: Kept) => Promise<Outcome> {
  const asked = new Map<string, Promise<Outcome>>()
  return (kept) => {
    const key = JSON.stringify(kept)
    const answer = asked.get(key) ?? scene.command(['status'])
    asked.set(key, answer)
    return answer
  }
}

/** A message as it arrived. */
interface Letter {
  readonly to: readonly string[]
  readonly id: string
  readonly notices: readonly string[]
}

interface Mailboxes {
  /** path of the sendmail program */
  readonly program: string
  /** the letters since the last call */
  letters(): Promise<readonly Letter[]>
}

async function makeMailboxes(scene: WatchingScene, { ages, to }: Plot): Promise<Mailboxes> {
  const sendmail = await makeSendmail()
  onTestFinished(() => sendmail.stop())
  const [now = {}] = ages.slice(-1)
  const checks = Object.fromEntries(Object.keys(now).map((key) => [key, { key, critical: '10m' }]))
  const notifiers = Object.entries(to).map(([name, addresses]) => {
    const transport = name === 'local' ? { sendmail: sendmail.path } : { smtp: scene.smtp.url }
    return [name, { mail: { to: addresses, from: SENDER, ...transport } }] as const
  })
  scene.watch(checks, { notifiers: Object.fromEntries(notifiers) })
  let seen = 0
  const letters = async (): Promise<readonly Letter[]> => {
    const calls = await sendmail.calls()
    // A program whose input ended before it had begun was told nothing.
    const told = calls.slice(seen).filter(({ raw }) => raw !== '')
    seen = calls.length
    const handed = told.map(async ({ args, raw }) => letterOf(args.slice(4), await simpleParser(raw)))
    return [...scene.mails().map((mail) => letterOf(mail.to, mail.parsed)), ...(await Promise.all(handed))]
  }
  return { program: sendmail.path, letters }
}

function letterOf(to: readonly string[], { messageId = '', text = '' }: ParsedMail): Letter {
  return { to, id: messageId, notices: [...text.matchAll(/^[A-Z]+ [\w/]+(?=: )/gm)].map(([words]) => words) }
}

function saidIn(letters: readonly Letter[]): Aftermath['said'] {
  const said = new Map<string, Set<string>>()
  for (const { to, notices } of letters) {
    for (const address of to) said.set(address, new Set([...(said.get(address) ?? []), ...notices]))
  }
  return Object.fromEntries([...said].map(([address, notices]) => [address, [...notices].toSorted()]))
}

/**
 * What was said more often than it may: one message of a notifier may come a second time, with its Message-ID. Where
 * one says several things, and some of them were remembered as told, the rest comes again, which is another message.
 */
function excessOf(letters: readonly Letter[], { to: notifiers }: Plot): readonly string[] {
  return Object.entries(notifiers).flatMap(([name, addresses]) => {
    const [first, again, ...more] = letters.filter(({ to }) => to.some((address) => addresses.includes(address)))
    if (more.length > 0) return [`${name}: ${2 + more.length} messages`]
    if (first === undefined || again === undefined || again.id === first.id) return []
    const isRest = again.notices.length < first.notices.length && again.notices.every((n) => first.notices.includes(n))
    return isRest ? [] : [`${name}: ${first.notices.join()} and ${again.notices.join()} with different IDs`]
  })
}

function keptIn(state: string): Kept {
  const files = existsSync(state) ? readdirSync(state).toSorted() : []
  const texts = new Map(files.map((name) => [name, readFileSync(join(state, name), 'utf8')]))
  const lockfiles = [...texts].filter(([name]) => name.endsWith('.lck'))
  const journal = linesOf(texts.get('journal.jsonl') ?? '')
  return {
    files,
    told: Object.fromEntries(lockfiles.map(([name, text]) => [name, toldIn(text)])),
    journal: [...new Set(journal.filter(isJson).map(eventIn))].toSorted(),
    torn: [...lockfiles.map(([, text]) => text), ...journal].filter((text) => !isJson(text)),
  }
}

function eventIn(line: string): string {
  const { event, check }: { readonly event: string; readonly check: string } = JSON.parse(line)
  return `${event} ${check}`
}

/** Recipient and kind of notice. */
function toldIn(lockfile: string): unknown {
  if (!isJson(lockfile)) return undefined
  const { told }: { readonly told: Readonly<Record<string, { readonly kind: string }>> } = JSON.parse(lockfile)
  return Object.fromEntries(Object.entries(told).map(([recipient, { kind }]) => [recipient, kind]))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** Waits for programs that outlive the one that was killed: their command lines name one of these places. */
async function untilGone(places: readonly string[]): Promise<void> {
  const isNamed = (pid: string): boolean => places.some((place) => commandLineOf(pid).includes(place))
  while (readdirSync('/proc').some((name) => /^\d+$/.test(name) && isNamed(name))) await sleep(20)
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It ended while the list was read.
    return ''
  }
}
