import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { epoch } from '../support/scene.ts'
import {
  about,
  copyPrivately,
  EXAMPLES,
  makeDirectory,
  makeTable,
  pathWithCommand,
  start,
  startServer,
} from './surroundings.ts'

const MINUTES = 60

/** What cron must see of a run. */
const SILENT = { stdout: '', stderr: '' }

describe(about('crontab'), () => {
  const [everyMinute, everyFiveMinutes] = [/^\* \* \* \* \* (.+)$/m, /^\*\/5 \* \* \* \* (.+)$/m].map(
    (line) => line.exec(readFileSync(join(EXAMPLES, 'crontab'), 'utf8'))?.[1] ?? '',
  )

  async function makeHome() {
    const home = makeDirectory()
    const database = makeTable()
    mkdirSync(join(home, '.config/lastalive'), { recursive: true })
    copyPrivately('sqlite.yaml', join(home, '.config/lastalive/lastalive.yaml'))
    const smtp = await startServer()
    const env = { HOME: home, LASTALIVE_STATE: join(home, 'state'), APP_DB: database.path, SMTP_URL: smtp.url }
    return { database, type: (line = '') => start('sh', ['-c', line], { ...env, PATH: pathWithCommand() }) }
  }

  test('its first line looks, and prints nothing even where it finds something', async () => {
    const { type, database } = await makeHome()
    database.set('last_alive', epoch(-42 * MINUTES))
    expect(await type(everyMinute)).toMatchObject({ code: 2, ...SILENT })
  })

  test('its second line prints nothing after a run, whatever is open', async () => {
    const { type, database } = await makeHome()
    database.set('last_alive', epoch(-42 * MINUTES))
    await type(everyMinute)
    expect(await type(everyFiveMinutes)).toMatchObject(SILENT)
  })

  test('its second line speaks when there was no run', async () => {
    const { type } = await makeHome()
    expect((await type(everyFiveMinutes)).stdout).toMatch(
      /^UNKNOWN - there is no state directory \S+; name the place of the run: /,
    )
  })
})

describe(about('cron.d'), () => {
  const text = readFileSync(join(EXAMPLES, 'cron.d'), 'utf8')
  const jobs = [...text.matchAll(/^((?:\S+ +){5})(\S+) +(.+)$/gm)]
    .filter(([line]) => /^[\d*]/.test(line))
    .map(([, time = '', user = '', command = '']) => ({ time: time.trim().split(/ +/).join(' '), user, command }))
  const variables = new Map([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]))

  /** As cron does it: the variables of the file, nothing of a profile, and a shell. */
  async function makeHost() {
    const [directory, database, smtp] = [makeDirectory(), makeTable(), await startServer()]
    mkdirSync(join(directory, '.config/lastalive'), { recursive: true })
    copyPrivately('sqlite.yaml', join(directory, '.config/lastalive/lastalive.yaml'))
    const own = { PATH: `${pathWithCommand().split(':')[0]}:${variables.get('PATH')}`, HOME: directory }
    const elsewhere = { LASTALIVE_STATE: join(directory, 'state'), APP_DB: database.path, SMTP_URL: smtp.url }
    const env = { ...Object.fromEntries(variables), ...own, ...elsewhere }
    return { database, smtp, start: (command = '') => start('/bin/sh', ['-c', command], env) }
  }

  test('names a user in each line, somebody for the mail, and where commands and state are', () => {
    expect(jobs.map(({ time, user }) => [time, user])).toEqual([
      ['* * * * *', 'lastalive'],
      ['*/5 * * * *', 'lastalive'],
    ])
    expect([...variables.keys()]).toEqual(['MAILTO', 'PATH', 'LASTALIVE_STATE'])
    expect(text.endsWith('\n')).toBe(true)
  })

  test('its first line tells, and its second one is content with that', async () => {
    const { database, smtp, start } = await makeHost()
    database.set('last_alive', epoch(-42 * MINUTES))
    expect(await start(jobs[0]?.command)).toMatchObject({ code: 2, ...SILENT })
    expect(smtp.messages.map(({ parsed }) => parsed.subject)).toEqual([
      '[lastalive] CRITICAL app: silent for 42 min (limit 10 min)',
    ])
    expect(await start(jobs[1]?.command)).toMatchObject(SILENT)
  })

  test('its second line speaks when there was no run', async () => {
    const { start } = await makeHost()
    expect((await start(jobs[1]?.command)).stdout).toMatch(
      /^UNKNOWN - there is no state directory \S+; name the place of the run: /,
    )
  })
})
