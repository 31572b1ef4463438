import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import {
  answerOf,
  CHECKS,
  configurationOf,
  instantOf,
  isReachable,
  lastBeat,
  type MailMood,
  textOf,
} from '../run/life.ts'
import { linesOf } from '../run/lines.ts'
import { WEEK } from '../run/week-messages.ts'
import { repetitions } from '../support/command.ts'
import { letTimePass, lockfilesIn } from '../support/passing-time.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { RUNTIME_INFO } from '../support/scene.ts'

const KEYS: Readonly<Record<string, string>> = {
  mdx: 'last_alive',
  queue: 'queue_beat',
  import: 'last_import',
  worker: 'worker_beat',
  backup: 'last_backup',
}
const MINUTE_MS = 60_000
/** A minute that is a bit too long, so that a run which starts a bit faster than the one before does not make it short. */
const SLACK_MS = 200
/** What says who reads it in which words, for the reason why is the driver's. */
const WHY = /(CRITICAL database \w+): .*/
/** A program that is told: it keeps what it is given, or refuses it while a file says so. */
const PROGRAM = '#!/bin/sh\n[ ! -e "$1/refuses" ] && exec cat >>"$1/messages"\n'
/** The hour that has most to it. */
const HOUR = 'Wed 10:'

test('of an hour, one run a minute, the command tells what the week does', async () => {
  const hour = WEEK.filter((line) => line.startsWith(HOUR)).map((line) => line.replace(WHY, '$1'))
  const watch = makeWatch()
  const said = []
  for (const minute of minutesOf(hour)) {
    const now = new Date(instantOf(`${HOUR}00`).getTime() + minute * MINUTE_MS + MINUTE_MS / 2)
    for (const { notifier, words } of await watch.runAt(now)) {
      said.push({ at: now, notifier, words: words.replace(WHY, '$1'), isSure: true })
    }
  }
  expect(linesOf(said)).toEqual(hour)
  expect(watch.lockfiles()).toEqual([])
})

/** All of them; where not everything is repeated, those before and at which something is told. */
function minutesOf(hour: readonly string[]): readonly number[] {
  const told = hour.map((line) => Number(line.slice(HOUR.length, HOUR.length + 2)))
  const all = Array.from({ length: 60 }, (_, minute) => minute)
  return all.filter((minute) => repetitions(60) === 60 || told.includes(minute) || told.includes(minute + 1))
}

function makeWatch() {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-hour-'))
  const state = join(dir, 'state')
  const program = join(dir, 'tell.sh')
  writeFileSync(program, PROGRAM, { mode: 0o755 })
  const databases = Object.entries(CHECKS).map(([name, checks]) => makeLiving(name, checks, dir))
  const notifiers = ['ops', 'pager'].map((name) => makeListener(name, dir))
  onTestFinished(() => {
    for (const { close } of databases) close()
    rmSync(dir, { recursive: true })
  })
  const config = join(dir, 'lastalive.yaml')
  const written = configurationOf({
    databases: Object.fromEntries(databases.map(({ name, path }) => [name, `sqlite:${path}`])),
    notifiers: Object.fromEntries(notifiers.map(({ name, place }) => [name, { command: { run: [program, place] } }])),
  })
  // That is for the hours of the day on which this runs.
  writeFileSync(config, written.replace(/^ *maintenance: .*\n/m, ''), { mode: 0o600 })

  let [before, moved] = [instantOf('Mon 00:00'), performance.now()]
  return {
    /** Moves everything to that time, which comes after the one before, and runs once. */
    runAt: async (now: Date) => {
      const begun = performance.now()
      const passed = now.getTime() - before.getTime() - (begun - moved)
      for (const path of lockfilesIn(state)) letTimePass(path, passed + SLACK_MS)
      ;[before, moved] = [now, begun]
      for (const { live } of databases) live(now)
      const moods = notifiers.map(({ feel }) => feel(now))
      const { stderr } = await lastalive(['run', '--config', config, '--state', state])
      const complaint = moods.includes('refuses it') ? expect.any(String) : ''
      expect({ at: textOf(now), stderr }).toEqual({ at: textOf(now), stderr: complaint })
      return notifiers.flatMap(({ name, heard }) => heard().map((words) => ({ notifier: name, words })))
    },
    lockfiles: () => lockfilesIn(state),
  }
}

/** A database into which its services beat, while it can be reached. */
function makeLiving(name: string, checks: readonly string[], dir: string) {
  const path = join(dir, `${name}.db`)
  const gone = `${path}.gone`
  const file = new Database(path)
  file.exec(RUNTIME_INFO)
  const insert = file.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)')
  const beat = (check: string, now: Date): void => {
    // These two go by the hours of the day on which this runs.
    const age = ['import', 'backup'].includes(check) ? 0 : now.getTime() - lastBeat(check, now).getTime()
    insert.run(KEYS[check], String((Date.now() - age) / 1_000))
  }
  return {
    name,
    path,
    live: (now: Date): void => {
      if (!isReachable(name, now)) {
        if (existsSync(path)) renameSync(path, gone)
        return
      }
      if (existsSync(gone)) renameSync(gone, path)
      for (const check of checks) beat(check, now)
    },
    close: () => void file.close(),
  }
}

/** A place for what a notifier is told, and where it finds whether it refuses that. */
function makeListener(name: string, dir: string) {
  const place = join(dir, name)
  mkdirSync(place)
  const [refusal, messages] = [join(place, 'refuses'), join(place, 'messages')]
  return {
    name,
    place,
    feel: (now: Date): MailMood => {
      const mood = answerOf(name, now)
      if (mood === 'refuses it') writeFileSync(refusal, '')
      else rmSync(refusal, { force: true })
      return mood
    },
    /** the headlines of each message since the last call */
    heard: (): readonly string[] => {
      if (!existsSync(messages)) return []
      const lines = readFileSync(messages, 'utf8').trim().split('\n')
      rmSync(messages)
      return lines.map((line) => {
        const { notices }: { notices: readonly { readonly headline: string }[] } = JSON.parse(line)
        return notices.map(({ headline }) => headline).join('; ')
      })
    },
  }
}
