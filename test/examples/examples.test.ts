import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Outcome } from '../support/command.ts'
import { epoch } from '../support/scene.ts'
import { type Certificate, makeCertificate, type ReceivedMail } from '../support/smtp.ts'
import {
  about,
  configure,
  coveredFiles,
  EXAMPLES,
  makeDirectory,
  makeTable,
  pathWithCommand,
  ROOT,
  start,
  startServer,
} from './surroundings.ts'

const MINUTES = 60
const HOURS = 60 * MINUTES

/** What cron must see of a run. */
const SILENT = { stdout: '', stderr: '' }
const RIGHT = { code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' }

const subject = ({ parsed }: ReceivedMail): string | undefined => parsed.subject

test('every file of examples/ is covered by a test', () => {
  expect(readdirSync(EXAMPLES).sort()).toEqual(coveredFiles())
})

describe(about('demo.js'), () => {
  const place = mkdtempSync(join(tmpdir(), 'lastalive-examples-'))
  let demo: Pick<Outcome, 'code' | 'stdout' | 'stderr'>
  beforeAll(async () => {
    demo = await start(process.execPath, [join(EXAMPLES, 'demo.js')], { TMPDIR: place })
  }, 30_000)
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  test('all goes as it should, and nothing is on stderr', () => {
    expect(demo).toMatchObject({ code: 0, stderr: '' })
  })

  test('shows the exit code of each command', () => {
    const codes = [...demo.stdout.matchAll(/^exit code (.*)$/gm)].map(([, code]) => code)
    const [ok, critical] = ['0: ok', '2: critical']
    expect(codes).toEqual([ok, critical, critical, critical, critical, critical, ok, ok])
  })

  test('shows the three mails', () => {
    const subjects = [...demo.stdout.matchAll(/^ +Subject: (.*)$/gm)].map(([, subject]) => subject)
    expect(subjects).toEqual([
      '[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)',
      expect.stringMatching(/^\[lastalive\] CRITICAL database app: no such file: /),
      '[lastalive] OK 2 checks: database app, mdx',
    ])
  })

  test('shows that cron stays quiet, a plugin line, and the status', () => {
    expect(demo.stdout.match(/^\(nothing: cron stays quiet\)$/gm)).toHaveLength(5)
    expect(demo.stdout).toMatch(
      /^CRITICAL - mdx: silent for 42 min \(limit 10 min\) \| mdx=\d+s;;600;0 skew_app=-?[\d.]+s response_app=[\d.]+s;;;0$/m,
    )
    expect(demo.stdout).toMatch(/^nothing is open$/m)
  })

  test('leaves nothing behind but the file to try, and the command for it works', async () => {
    const [, typed = ''] = /^\$ (node .* check --url .*)$/m.exec(demo.stdout) ?? []
    expect(readdirSync(place)).toEqual([expect.stringMatching(/^lastalive-try-/)])
    expect(await start('sh', ['-c', typed])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^OK - /) })
  })

  test('fails with words where the command does something else', async () => {
    const house = makeDirectory()
    mkdirSync(join(house, 'bin'))
    writeFileSync(join(house, 'bin/lastalive.js'), '')
    writeFileSync(join(house, 'package.json'), '{ "type": "module" }')
    cpSync(EXAMPLES, join(house, 'examples'), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'))
    const { code, stderr } = await start(process.execPath, [join(house, 'examples/demo.js')], { TMPDIR: place })
    expect(code).toBe(1)
    expect(stderr).toContain('demo: run ended with 0, expected was 2\ndemo: run sent 0 mails, expected were 1\n')
  })
})

describe(about('manitou.yaml'), () => {
  let certificate: Certificate
  beforeAll(async () => {
    certificate = await makeCertificate()
  })
  afterAll(() => certificate.remove())

  async function makeManitou() {
    const password = 'p@ss:w/rd %25'
    const smtp = await startServer({
      tls: { kind: 'implicit', certificate },
      login: { user: 'alert-sender', password },
    })
    const database = makeTable()
    const env = {
      MANITOU_CONNECT_STRING: `dbi:SQLite:dbname=${database.path}`,
      SMTP_HOST: `localhost:${smtp.port}`,
      SMTP_PASSWORD: password,
      NODE_EXTRA_CA_CERTS: certificate.certificateFile,
    }
    return { smtp, database, ...configure('manitou.yaml', env) }
  }

  test('is valid, without a remark', async () => {
    const { validate } = await makeManitou()
    expect(await validate()).toMatchObject(RIGHT)
  })

  test('is content with a new installation, which has imported and sent nothing yet', async () => {
    const { run, smtp, database } = await makeManitou()
    database.set('last_alive', epoch())
    expect(await run()).toMatchObject({ code: 0, ...SILENT })
    expect(smtp.messages).toEqual([])
  })

  test('tells of a silent daemon by smtps, with the note', async () => {
    const { run, smtp, database } = await makeManitou()
    database.set('last_alive', epoch(-42 * MINUTES))
    database.set('last_import', epoch(-50 * HOURS))
    expect(await run()).toMatchObject({ code: 2, ...SILENT })
    expect(smtp.messages).toMatchObject([{ from: 'alert-sender@domain.tld', to: ['alert@domain.tld'], secure: true }])
    expect(smtp.messages[0]?.parsed.subject).toBe('[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)')
    expect(smtp.messages[0]?.parsed.text).toContain('systemctl status manitou-mdx')
  })

  test('warns of imports and sending at rest for longer than a weekend', async () => {
    const { run, smtp, database } = await makeManitou()
    database.set('last_alive', epoch())
    database.set('last_import', epoch(-73 * HOURS))
    database.set('last_sent', epoch(-8 * 24 * HOURS))
    expect(await run()).toMatchObject({ code: 1, ...SILENT })
    expect(smtp.messages.map(subject)).toEqual(['[lastalive] WARNING 2 checks: imports, sent'])
  })
})

describe(about('sqlite.yaml'), () => {
  async function makeApp() {
    const smtp = await startServer()
    const database = makeTable()
    return { smtp, database, ...configure('sqlite.yaml', { APP_DB: database.path, SMTP_URL: smtp.url }) }
  }

  test('is valid, without a remark', async () => {
    const { validate } = await makeApp()
    expect(await validate()).toMatchObject(RIGHT)
  })

  test.each([
    ['says nothing of a service that is alive', 0, 0, []],
    ['tells of one that is not', 42, 2, ['[lastalive] CRITICAL app: silent for 42 min (limit 10 min)']],
  ])('%s', async (_, minutes, code, subjects) => {
    const { run, smtp, database } = await makeApp()
    database.set('last_alive', epoch(-minutes * MINUTES))
    expect(await run()).toMatchObject({ code, ...SILENT })
    expect(smtp.messages.map(subject)).toEqual(subjects)
  })
})

describe(about('two-databases.yaml'), () => {
  async function makeBoth() {
    const smtp = await startServer()
    const [mail, shop] = [makeTable(), makeTable()]
    shop.file.exec('CREATE TABLE heartbeats (service text PRIMARY KEY, seen_at text)')
    const seen = shop.file.prepare('INSERT OR REPLACE INTO heartbeats VALUES (?, ?)')
    mail.set('last_alive', epoch())
    for (const service of ['order-worker', 'invoice-run']) seen.run(service, new Date().toISOString())
    const env = { MAIL_DATABASE: `sqlite:${mail.path}`, SHOP_DATABASE: `sqlite:${shop.path}`, SMTP_URL: smtp.url }
    return { smtp, mail, shop, seen, ...configure('two-databases.yaml', env) }
  }

  test('is valid, without a remark', async () => {
    const { validate } = await makeBoth()
    expect(await validate()).toMatchObject(RIGHT)
  })

  test('says nothing while all is well', async () => {
    const { run, smtp } = await makeBoth()
    expect(await run()).toMatchObject({ code: 0, ...SILENT })
    expect(smtp.messages).toEqual([])
  })

  test('tells the office and those on duty of the mail daemon, each in a mail of their own', async () => {
    const { run, smtp, mail } = await makeBoth()
    mail.set('last_alive', epoch(-42 * MINUTES))
    expect(await run()).toMatchObject({ code: 2, ...SILENT })
    expect(smtp.messages.map(({ to }) => to)).toEqual([['office@domain.tld'], ['duty@domain.tld', 'second@domain.tld']])
    expect(smtp.messages[0]?.parsed.text).toContain('https://wiki.domain.tld/mail-daemon')
    expect(smtp.messages[0]?.parsed.text).toContain('Watched by watch1')
  })

  test('tells those on duty of the order worker, at its second bad run', async () => {
    const { run, smtp, seen } = await makeBoth()
    seen.run('order-worker', new Date(Date.now() - 3 * MINUTES * 1_000).toISOString())
    expect(await run()).toMatchObject({ code: 1, ...SILENT })
    expect(smtp.messages).toEqual([])
    expect(await run()).toMatchObject({ code: 1, ...SILENT })
    expect(smtp.messages.map(subject)).toEqual([expect.stringContaining('WARNING orders: silent for 3 min')])
  })

  test('warns the office alone of a shop that cannot be reached, at the third run', async () => {
    const { run, smtp, shop } = await makeBoth()
    rmSync(shop.path)
    expect((await run()).code).toBe(1)
    expect((await run()).code).toBe(1)
    expect(smtp.messages).toEqual([])
    expect((await run()).code).toBe(1)
    expect(smtp.messages).toMatchObject([{ to: ['office@domain.tld'] }])
    expect(smtp.messages.map(subject)).toEqual([expect.stringContaining('WARNING database shop: no such file: ')])
  })

  test('reads the local times of the shop in the zone of Paris', async () => {
    const { check, seen } = await makeBoth()
    seen.run('order-worker', '2026-07-01 12:04:00')
    const { code, stdout } = await check(['orders', '--now', '2026-07-01T10:05:00Z'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^OK - orders: .*orders=60s;120;300;0 skew_shop=0s response_shop=[\d.]+s;;;0$/m)
  })
})

describe(about('one-line.sh'), () => {
  const script = join(EXAMPLES, 'one-line.sh')

  test.each([
    ['says nothing of a service that is alive', 0, 0, []],
    ['warns of one that is late', 7, 1, [expect.stringContaining('WARNING mdx: silent for 7 min')]],
    ['tells of one that is silent', 42, 2, ['[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)']],
  ])('%s', async (_, minutes, code, subjects) => {
    const [smtp, database] = [await startServer(), makeTable()]
    database.set('last_alive', epoch(-minutes * MINUTES))
    const env = {
      MANITOU_CONNECT_STRING: `sqlite:${database.path}`,
      SMTP_URL: smtp.url,
      LOCKFILE: `${database.path}.lck`,
    }
    expect(await start(script, [], { ...env, PATH: pathWithCommand() })).toMatchObject({ code, ...SILENT })
    expect(smtp.messages.map(subject)).toEqual(subjects)
  })

  test('refuses to run without a database', async () => {
    const { code, stderr } = await start(script, [], { SMTP_URL: 'smtp://localhost', PATH: pathWithCommand() })
    // The mail server is not there either.
    expect(code).toBe(4)
    expect(stderr).toContain("the database's URL is empty")
  })
})
