import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { epoch } from '../support/scene.ts'
import { startWeb } from '../support/web.ts'
import { about, configure, copyPrivately, EXAMPLES, makeDirectory, makeTable, ROOT, start } from './surroundings.ts'

const RIGHT = { code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' }
const QUIET = { stdout: '', stderr: '' }

describe(about('webhook.yaml'), () => {
  async function makeWebhooks() {
    const database = makeTable()
    const web = await startWeb()
    onTestFinished(() => web.stop())
    const configured = configure('webhook.yaml', {
      APP_DATABASE: `sqlite:${database.path}`,
      PAGERDUTY_URL: `${web.url}/v2/enqueue`,
      PAGERDUTY_KEY: '0123456789abcdef',
      NTFY_URL: `${web.url}/ntfy/`,
      NTFY_TOKEN: 'tk_secret',
      NTFY_TOPIC: 'alerts',
      CHAT_URL: `${web.url}/services/T0/B0/x`,
      PING_URL: `${web.url}/ping/uuid`,
    })
    const told = (path: string) => web.requests.filter((request) => request.path.startsWith(path))
    return {
      ...configured,
      database,
      web,
      told,
      bodies: (path: string) => told(path).map(({ body }) => JSON.parse(body)),
    }
  }

  test('is valid, without a remark', async () => {
    const { validate } = await makeWebhooks()
    expect(await validate()).toMatchObject(RIGHT)
  })

  test('tells pager, phone and chat in their own forms, and pings', async () => {
    const { run, database, told, bodies } = await makeWebhooks()
    database.set('last_alive', epoch(-42 * 60 - 5))
    database.set('last_import', epoch(-4 * 3_600))
    expect(await run()).toMatchObject({ code: 2, ...QUIET })
    const headline = 'CRITICAL alive: silent for 42 min (limit 10 min)'
    const subject = '[lastalive] CRITICAL 2 checks: alive, imports'
    expect(bodies('/v2/enqueue')).toEqual([
      {
        routing_key: '0123456789abcdef',
        event_action: 'trigger',
        dedup_key: expect.stringMatching(/^[0-9a-f-]{36}$/),
        payload: {
          summary: headline,
          source: expect.any(String),
          severity: 'critical',
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          component: 'alive',
          custom_details: { text: expect.stringContaining(headline) },
        },
      },
      expect.objectContaining({ event_action: 'trigger' }),
    ])
    expect(bodies('/ntfy/')).toEqual([
      { topic: 'alerts', title: subject, message: expect.stringContaining(headline), priority: 5, tags: ['CRITICAL'] },
    ])
    expect(told('/ntfy/')[0]?.headers.authorization).toBe('Bearer tk_secret')
    expect(bodies('/services/')).toEqual([
      {
        attachments: [
          { color: '#a30200', fallback: headline, title: subject, text: expect.stringContaining(headline) },
        ],
      },
    ])
    expect(told('/ping/').map(({ path }) => path.replace(/\?.*/, ''))).toEqual(['/ping/uuid/start', '/ping/uuid/0'])
  })

  test('resolves at the pager what it has opened there', async () => {
    const { run, database, bodies } = await makeWebhooks()
    database.set('last_import', epoch())
    database.set('last_alive', epoch(-3_600))
    await run()
    database.set('last_alive', epoch())
    expect(await run()).toMatchObject({ code: 0, ...QUIET })
    const [opened, closed] = bodies('/v2/enqueue')
    expect(closed).toMatchObject({
      event_action: 'resolve',
      dedup_key: opened.dedup_key,
      payload: { severity: 'info' },
    })
    expect(bodies('/services/')).toHaveLength(2)
  })

  test('leaves pager and phone alone where it is a warning only', async () => {
    const { run, database, bodies } = await makeWebhooks()
    database.set('last_import', epoch())
    database.set('last_alive', epoch(-7 * 60))
    expect(await run()).toMatchObject({ code: 1, ...QUIET })
    expect([bodies('/v2/enqueue'), bodies('/ntfy/')]).toEqual([[], []])
    expect(bodies('/services/')).toMatchObject([{ attachments: [{ color: '#daa038' }] }])
  })
})

describe(`${about('command.yaml')} with ${about('tell.sh')}`, () => {
  /** A directory with a `logger` that keeps what it is told. */
  function makeLogger() {
    const directory = makeDirectory()
    const log = join(directory, 'log')
    writeFileSync(join(directory, 'logger'), `#!/bin/sh\nprintf '%s|' "$@" >> '${log}'; echo >> '${log}'\n`, {
      mode: 0o755,
    })
    return { path: `${directory}:${process.env.PATH}`, lines: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') }
  }

  test('puts what opens and what closes into the log', async () => {
    const [database, logger] = [makeTable(), makeLogger()]
    const env = { APP_DATABASE: `sqlite:${database.path}`, TELL: join(EXAMPLES, 'tell.sh'), PATH: logger.path }
    const { validate, run } = configure('command.yaml', env)
    expect(await validate()).toMatchObject(RIGHT)
    for (const secondsAgo of [0, 42 * 60 + 5, 0]) {
      database.set('last_alive', epoch(-secondsAgo))
      expect(await run()).toMatchObject(QUIET)
    }
    expect(logger.lines()).toMatch(
      /^-t\|lastalive\|-p\|daemon\.crit\|--\|CRITICAL alive: silent for 42 min \(limit 10 min\)\|\n-t\|lastalive\|-p\|daemon\.notice\|--\|OK alive: alive again after 42 min.*\|\n$/,
    )
  })

  test.each([
    ['CRITICAL', 'daemon.crit'],
    ['WARNING', 'daemon.warning'],
    ['UNKNOWN', 'daemon.err'],
    ['OK', 'daemon.notice'],
  ])('%s is %s', async (state, priority) => {
    const logger = makeLogger()
    const env = { PATH: logger.path, NOTICE_STATE: state, NOTICE_HEADLINE: '$(id)' }
    expect(await start(join(EXAMPLES, 'tell.sh'), ['name'], env)).toMatchObject({ code: 0, ...QUIET })
    expect(logger.lines()).toBe(`-t|name|-p|${priority}|--|$(id)|\n`)
  })
})

test(`${about('notifier.js')} keeps the laws`, async () => {
  const { code, stdout, stderr } = await start(process.execPath, [join(EXAMPLES, 'notifier.js')])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^(kept: .+\n){12}$/)
})

test(`${about('rehearsal.js')} tells what a night would bring, as docs/library.md shows it`, async () => {
  const config = join(makeDirectory(), 'manitou.yaml')
  copyPrivately('manitou.yaml', config)
  const env = { MANITOU_CONNECT_STRING: 'sqlite:/nowhere', SMTP_HOST: 'mail.domain.tld', SMTP_PASSWORD: 'p@ss' }
  const { code, stdout, stderr } = await start(process.execPath, [join(EXAMPLES, 'rehearsal.js'), config], env)
  expect([code, stderr]).toEqual([0, ''])
  const page = readFileSync(join(ROOT, 'docs/library.md'), 'utf8')
  expect(stdout.split('\n')).toHaveLength(4)
  expect(page).toContain(`\`\`\`text\n${stdout}\`\`\``)
})
