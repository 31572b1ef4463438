import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { hasSshd, SSHD_MISSING, startSshd, type TestSshd } from '../support/sshd.ts'
import {
  about,
  copyPrivately,
  EXAMPLES,
  makeDirectory,
  pathWithCommand,
  ROOT,
  start,
  startServer,
} from './surroundings.ts'

const TOOLS = resolve(ROOT, 'node_modules/.tools/usr')
const LANGUAGES = resolve(ROOT, 'node_modules/.languages/usr')
const PHP_MODULES = join(LANGUAGES, 'lib/php/20220829')

/** What makes the tables. */
const tables = lastalive(['schema', 'jobs', '--url', 'sqlite:jobs.db']).then(({ stdout }) => stdout)

/** A directory with the tables of jobs, a program to be run, and a shell in it. */
async function makeJobs({ exit = 0 }: { readonly exit?: number } = {}) {
  const directory = makeDirectory()
  const path = join(directory, 'jobs.db')
  const file = new Database(path)
  onTestFinished(() => void file.close())
  const url = `sqlite:${path}`
  file.exec(await tables)
  const programs = join(directory, 'bin')
  mkdirSync(programs)
  writeFileSync(join(programs, 'backup.sh'), `#!/bin/sh\necho saved\necho late >&2\nexit ${exit}\n`, { mode: 0o755 })
  const php = `#!/bin/sh\nexec ${LANGUAGES}/bin/php8.2 -n -d extension_dir=${PHP_MODULES} -d extension=pdo.so -d extension=pdo_sqlite.so "$@"\n`
  writeFileSync(join(programs, 'php'), php, { mode: 0o755 })
  const env = {
    PATH: `${programs}:${TOOLS}/bin:${pathWithCommand()}`,
    PERL5LIB: `${TOOLS}/share/perl5:${LANGUAGES}/lib/x86_64-linux-gnu/perl5/5.36`,
    HOME: directory,
    LASTALIVE_URL: url,
    LASTALIVE_STATE: join(directory, 'state'),
  }
  const written = (line: string): string =>
    line.replaceAll('/tmp/', `${directory}/`).replaceAll('/srv', directory).replaceAll('/var/lib/jobs.db', path)
  return {
    directory,
    programs,
    written,
    env,
    shell: (line: string) => start('bash', ['-c', written(line)], env),
    runs: async () => {
      // On a busy machine what is left within a second may wait.
      const { code } = await start('lastalive', ['beat', 'sweep', '-t', '60s'], env)
      expect(code).toBe(0)
      const rows =
        "SELECT job, exit_code, outcome, output FROM lastalive_job_run WHERE job <> 'sweep' ORDER BY noted_at"
      return file.prepare(rows).all() as {
        readonly job: string
        readonly exit_code: number | null
        readonly outcome: string | null
        readonly output: Buffer | null
      }[]
    },
  }
}

describe('docs/jobs-with-other-tools.md', () => {
  const page = readFileSync(join(ROOT, 'docs/jobs-with-other-tools.md'), 'utf8')
  const lines = [...page.matchAll(/^\| [^|]+ \| `(.+)` \|$/gm)].map(([, line = '']) => line.replaceAll('\\|', '|'))
  const whole = (line: string): string => (/(?:^| )lastalive /.test(line) ? line : `lastalive ${line}`)
  let server: TestSshd | undefined
  beforeAll(async () => {
    if (hasSshd()) server = await startSshd()
  })
  afterAll(() => server?.stop())

  const alone = lines.filter((line) => !line.includes('ssh'))

  test('has a line for each tool that it names', () => {
    const tools = ['flock', 'timeout', 'chronic', 'ts', 'logger', 'ssh', 'nohup', 'nice', 'env', 'pipefail']
    expect(tools.filter((tool) => !lines.some((line) => line.includes(tool)))).toEqual([])
  })

  test.each(alone)('%s leaves a good run', async (line) => {
    const jobs = await makeJobs()
    writeFileSync(join(jobs.programs, 'pg_dump'), '#!/bin/sh\necho dump\n', { mode: 0o755 })
    expect(await jobs.shell(`cd "$HOME" && ${whole(line)}`)).toMatchObject({ code: 0 })
    expect(await jobs.runs()).toMatchObject([{ job: 'backup', exit_code: 0, outcome: null }])
  })

  test.each(alone.filter((line) => line.includes('backup.sh') && !line.includes("sh -c '")))(
    '%s leaves a failed run with the code of its command',
    async (line) => {
      const jobs = await makeJobs({ exit: 3 })
      expect(await jobs.shell(`cd "$HOME" && ${whole(line)}`)).toMatchObject({ code: 3 })
      expect(await jobs.runs()).toMatchObject([{ job: 'backup', exit_code: 3 }])
    },
  )

  const locked = lines.filter((line) => line.includes('flock -n'))
  test.each([
    [locked.find((line) => line.includes('-E 75')), [{ exit_code: 75, outcome: 'skip' }]],
    [locked.find((line) => line.startsWith('flock')), []],
  ])('while the lock is held, %s leaves what the page says', async (line, left) => {
    const jobs = await makeJobs()
    await jobs.shell(`exec 9>/tmp/backup.lock; flock 9; ${whole(line ?? 'false')}`)
    expect(await jobs.runs()).toMatchObject(left)
    expect(await jobs.runs()).toHaveLength(left.length)
  })

  // Only root can start sshd: for others there is nothing to run.
  const hosts = process.getuid?.() === 0 ? ['another host'] : []
  test.skipIf(!hasSshd()).each(hosts)(`a job on %s is run there (or: ${SSHD_MISSING})`, async () => {
    const [line = ''] = lines.filter((one) => one.includes('ssh'))
    const jobs = await makeJobs({ exit: 7 })
    // The client of OpenSSH takes the home of the list of users, whatever HOME says.
    const client = `#!/bin/sh\nexec /usr/bin/ssh -F ${server?.config} "$@"\n`
    writeFileSync(join(jobs.programs, 'ssh'), client, { mode: 0o755 })
    const there = `${jobs.programs}/backup.sh`
    const remote = line.replace('backup@host', 'host').replace(/backup\.sh$/, there)
    expect(await start('bash', ['-c', whole(remote)], jobs.env)).toMatchObject({
      code: 7,
      stdout: 'saved\n',
      stderr: expect.stringContaining('late\n'),
    })
    expect(await jobs.runs()).toMatchObject([{ exit_code: 7, outcome: null }])
  })
})

describe('docs/jobs.md', () => {
  const page = readFileSync(join(ROOT, 'docs/jobs.md'), 'utf8')
  const block = (language: string, word: string): string =>
    [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))]
      .map(([, text = '']) => text)
      .find((text) => text.includes(word)) ?? ''

  test.each([
    ['sqlite3', (jobs: Jobs) => jobs.shell(block('sh', 'sqlite3'))],
    ['Python', (jobs: Jobs) => start('/usr/bin/python3', ['-c', jobs.written(block('python', 'INSERT'))], jobs.env)],
    ['Perl', (jobs: Jobs) => start('perl', ['-e', jobs.written(block('perl', 'INSERT'))], jobs.env)],
    [
      'PHP',
      (jobs: Jobs) => {
        const script = join(jobs.directory, 'beat.php')
        writeFileSync(script, jobs.written(block('php', 'INSERT')))
        return start('php', [script], jobs.env)
      },
    ],
  ])('a beat by %s is a good run', async (_, run) => {
    const jobs = await makeJobs()
    expect(await run(jobs)).toMatchObject({ code: 0, stderr: '' })
    expect(await jobs.runs()).toMatchObject([{ job: 'import', outcome: null }])
  })
})

/** What docs/jobs.md has for a client. */
function lineFor(client: string): string {
  const page = readFileSync(join(ROOT, 'docs/jobs.md'), 'utf8')
  return new RegExp(`^${client} .+$`, 'm').exec(page)?.[0] ?? 'false'
}

describe.skipIf(postgresBinaries() === undefined)(`the line of docs/jobs.md for psql (or: ${POSTGRES_MISSING})`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.remove())

  test('leaves a good run', async () => {
    const url = `postgres://postgres@127.0.0.1:${server.port}/postgres`
    expect(await lastalive(['schema', 'jobs', '--url', url, '--apply'])).toMatchObject({ code: 0 })
    expect(await start('sh', ['-c', lineFor('psql')], { LASTALIVE_URL: url })).toMatchObject({ code: 0, stderr: '' })
    expect(await server.query('SELECT job, ended_at IS NOT NULL FROM lastalive_job_run')).toBe('import|t')
  })
})

describe.skipIf(mariadbBinaries() === undefined)(`the line of docs/jobs.md for mysql (or: ${MARIADB_MISSING})`, () => {
  let server: TestMariadb
  beforeAll(async () => {
    server = await startMariadb()
  })
  afterAll(() => server?.remove())

  test('leaves a good run', async () => {
    await server.query("CREATE DATABASE watch; CREATE USER jobs@'127.0.0.1'; GRANT ALL ON watch.* TO jobs@'127.0.0.1'")
    const url = `mysql://jobs@127.0.0.1:${server.port}/watch`
    expect(await lastalive(['schema', 'jobs', '--url', url, '--apply'])).toMatchObject({ code: 0 })
    const home = makeDirectory()
    writeFileSync(join(home, '.my.cnf'), `[client]\nhost=127.0.0.1\nport=${server.port}\nuser=jobs\n`)
    expect(await start('sh', ['-c', lineFor('mysql')], { HOME: home })).toMatchObject({ code: 0, stderr: '' })
    expect(await server.query('SELECT job, ended_at IS NOT NULL FROM watch.lastalive_job_run')).toMatch(/^import\s+1/)
  })
})

type Jobs = Awaited<ReturnType<typeof makeJobs>>

describe(about('beat.cgi'), () => {
  async function ask(method: string, env: Readonly<Record<string, string>> = {}) {
    const jobs = await makeJobs()
    const script = join(jobs.directory, 'beat.cgi')
    writeFileSync(script, readFileSync(join(EXAMPLES, 'beat.cgi')))
    chmodSync(script, 0o755)
    const request = { REQUEST_METHOD: method, QUERY_STRING: 'meter-7', REMOTE_ADDR: '127.0.0.1' }
    return { outcome: await start(script, [], { ...jobs.env, ...request, ...env }), runs: await jobs.runs() }
  }

  test('leaves a beat on POST', async () => {
    const { outcome, runs } = await ask('POST')
    expect(outcome.stdout).toBe('Status: 200 OK\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n\r\n200 OK\n')
    expect(runs).toMatchObject([{ job: 'meter-7' }])
  })

  test.each(['GET', 'HEAD'])('leaves nothing on %s', async (method) => {
    const { outcome, runs } = await ask(method)
    expect(outcome.stdout).toMatch(/^Status: 405 /)
    expect(runs).toEqual([])
  })

  test.each([
    ['no name', { QUERY_STRING: '' }],
    ['a name that looks like an option', { QUERY_STRING: '--help' }],
  ])('%s is no beat of anything else', async (_, env) => {
    const { outcome, runs } = await ask('POST', env)
    expect(outcome.stdout).toMatch(env.QUERY_STRING === '' ? /^Status: 503 / : /^Status: 200 /)
    expect(runs.map(({ job }) => job)).toEqual(env.QUERY_STRING === '' ? [] : ['--help'])
  })

  test('has ten lines at most', () => {
    const lines = readFileSync(join(EXAMPLES, 'beat.cgi'), 'utf8').trim().split('\n')
    expect(lines.length).toBeLessThanOrEqual(10)
  })
})

describe.skipIf(postgresBinaries() === undefined)(`${about('backup')} (or: ${POSTGRES_MISSING})`, () => {
  const crontab = readFileSync(join(EXAMPLES, 'backup/crontab'), 'utf8')
  const before = readFileSync(join(EXAMPLES, 'backup/crontab.before'), 'utf8')
  const commandIn = (text: string): string => /^30 2 \* \* \* +(.+)$/m.exec(text)?.[1] ?? ''
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.remove())

  /** A night on which the job ends so, and the run after it. */
  async function night(exit: number) {
    const url = `postgres://postgres@127.0.0.1:${server.port}/postgres`
    expect(await lastalive(['schema', 'jobs', '--url', url, '--apply'])).toMatchObject({ code: 0 })
    const directory = makeDirectory()
    const program = join(directory, 'backup')
    const lines = ['backup of /srv began', 'copied 41 of 97 files', 'no space left on /mnt/backup']
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}\nexit ${exit}\n`, {
      mode: 0o755,
    })
    const smtp = await startServer()
    const env = { PATH: pathWithCommand(), HOME: directory, LASTALIVE_URL: url, WATCH_DB: url, SMTP_URL: smtp.url }
    const log = join(directory, 'backup.log')
    const line = commandIn(crontab).replace('/usr/local/bin/backup', program).replace('/var/log/backup.log', log)
    const cron = await start('sh', ['-c', line], { ...env, LASTALIVE_STATE: join(directory, 'job') })
    copyPrivately('backup/lastalive.yaml', join(directory, 'lastalive.yaml'))
    const place = ['--config', join(directory, 'lastalive.yaml'), '--state', join(directory, 'watch')]
    await start('lastalive', ['beat', 'sweep', '-t', '60s'], { ...env, LASTALIVE_STATE: join(directory, 'job') })
    const run = await start('lastalive', ['run', ...place], env)
    return { cron, run, log: readFileSync(log, 'utf8'), mails: smtp.messages, directory }
  }

  test('the crontab differs from the one before in nothing but exec', () => {
    expect(commandIn(crontab)).toBe(`lastalive exec backup -- ${commandIn(before)}`)
  })

  test('a good night is quiet', async () => {
    const { cron, run, mails } = await night(0)
    expect([cron, run]).toMatchObject([
      { code: 0, stdout: '', stderr: '' },
      { code: 0, stdout: '', stderr: '' },
    ])
    expect(mails).toEqual([])
  })

  test('the mail of a failed night is as it is printed', async () => {
    const { cron, run, log, mails, directory } = await night(3)
    expect([cron.code, run.code, log]).toEqual([3, 2, expect.stringMatching(/no space left/)])
    const [mail] = mails
    const text = `Subject: ${mail?.parsed.subject}\n\n${mail?.parsed.text}`
      .replaceAll(directory, '/home/watch')
      .replaceAll(hostname(), 'watch1')
      .replaceAll(/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z]{2} \d\d:\d\d\b/g, 'Mon 30 Nov 02:47')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:?\d\d/g, '2026-11-30 02:47:12 +01:00')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-11-30T01:47:12Z')
    await expect(text).toMatchFileSnapshot('../../examples/backup/mail.txt')
  })
})
