import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMAND } from '../support/command.ts'
import { makeJobScene } from '../support/jobs.ts'
import { lastaliveAgain } from '../support/resident.ts'

const QUIET = { stdout: '', stderr: '' }

describe('what is recorded', () => {
  test('a run has a start, an end, an exit code, a duration, a host and an id of its own', async () => {
    const { exec, rows } = makeJobScene()
    expect(await exec(['n', '--', 'sh', '-c', 'sleep 0.3; exit 7'])).toMatchObject({ ...QUIET, code: 7 })
    await exec(['n', '--', 'true'])
    const [first, second] = rows()
    expect(first).toMatchObject({
      job: 'n',
      exit_code: 7,
      outcome: null,
      host: hostname(),
      output_bytes: 0,
      output: null,
    })
    expect(first?.duration_seconds).toBeGreaterThanOrEqual(0.3)
    expect(first?.duration_seconds).toBeLessThan(5)
    expect(Date.parse(`${first?.ended_at}Z`) - Date.parse(`${first?.started_at}Z`)).toBeGreaterThanOrEqual(300)
    expect(second?.run_id).not.toBe(first?.run_id)
  })

  test('output is stored byte for byte, also where it is no UTF-8, and both streams go on apart', async () => {
    const { exec, rows } = makeJobScene()
    const printed = await exec(['n', '--', 'sh', '-c', String.raw`printf 'a\377\000\303\r\n'; printf 'err\200' >&2`])
    expect(printed).toMatchObject({ code: 0, stdout: 'a\ufffd\u0000\ufffd\r\n', stderr: 'err\ufffd' })
    const output = rows()[0]?.output ?? Buffer.alloc(0)
    expect(rows()[0]?.output_bytes).toBe(10)
    expect(output.includes(Buffer.from([0x61, 0xff, 0, 0xc3, 0x0d, 0x0a]))).toBe(true)
    expect(output.includes(Buffer.from([0x65, 0x72, 0x72, 0x80]))).toBe(true)
  })

  test('of more than 100 kB the last bytes are kept, and it is said how many there were', async () => {
    const { exec, rows } = makeJobScene()
    await exec(['n', '--', 'sh', '-c', 'yes 0123456789 | head -c 300000; printf END'])
    const [{ output, output_bytes } = {}] = rows()
    expect({ output_bytes, kept: output?.length, end: output?.subarray(-3).toString() }).toEqual({
      output_bytes: 300_003,
      kept: 100_000,
      end: 'END',
    })
  })

  test.each([
    [
      '--fail-on finds a text',
      ['--fail-on', 'lost'],
      'printf "2 lost"',
      { outcome: 'fail', message: 'its output holds "lost"' },
    ],
    ['--fail-on finds none', ['--fail-on', 'lost'], 'printf "all there"', { outcome: null, message: null }],
    ['--fail-on looks at stderr too', ['--fail-on', 'lost'], 'printf "2 lost" >&2', { outcome: 'fail' }],
    [
      'a text comes in pieces, inside a letter',
      ['--fail-on', 'für'],
      String.raw`printf 'f\303'; sleep 0.1; printf '\274r'`,
      { outcome: 'fail' },
    ],
    [
      'a text comes before the last 100 kB',
      ['--fail-on', 'lost'],
      'printf lost; head -c 200000 /dev/zero',
      { outcome: 'fail' },
    ],
    ['--expect finds its text', ['--expect', 'done'], 'printf "all done"', { outcome: null }],
    [
      '--expect lacks its text',
      ['--expect', 'done', '--expect', 'all'],
      'printf "all"',
      { outcome: 'fail', message: 'its output lacks "done"' },
    ],
    [
      'the text is split between the two streams',
      ['--expect', 'done'],
      'printf do; printf ne >&2',
      { outcome: 'fail' },
    ],
    [
      '--no-output keeps nothing, and looks all the same',
      ['--no-output', '--fail-on', 'lost'],
      'printf lost',
      { outcome: 'fail', output: null, output_bytes: null },
    ],
    ['--no-output keeps nothing', ['--no-output'], 'printf lost', { outcome: null, output: null, output_bytes: null }],
    [
      '--no-capture keeps nothing',
      ['--no-capture'],
      'printf lost',
      { outcome: null, output: null, output_bytes: null },
    ],
  ])('%s', async (_, words, script, row) => {
    const { exec, rows } = makeJobScene()
    expect(await exec(['n', ...words, '--', 'sh', '-c', script])).toMatchObject({ code: 0 })
    expect(rows()).toMatchObject([row])
  })

  test('--skip-code makes a run that counts neither as good nor as bad', async () => {
    const { shell, rows } = makeJobScene()
    const lines = 'exec 9>"$D"/lock; flock 9; exec n --skip-code 75 -- flock -n -E 75 "$D"/lock true; echo $?'
    const { dir } = makeJobScene()
    expect(await shell(lines.replaceAll('exec 9', 'command exec 9'), { env: { D: dir } })).toMatchObject({
      stdout: '75\n',
    })
    expect(rows()).toMatchObject([{ exit_code: 75, outcome: 'skip' }])
  })

  test('the arguments of the command are neither stored nor shown', async () => {
    const { exec, database, dir } = makeJobScene()
    const outcomes = [
      await exec(['n', '--', 'true', 'Sesam1234']),
      await exec(['n', '--', '/nowhere/command', 'Sesam1234']),
      await exec(['n', '--', 'curl -u me:Sesam1234 http://127.0.0.1']),
    ]
    expect(outcomes.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain('Sesam')
    database.pragma('wal_checkpoint(TRUNCATE)')
    expect(readFileSync(join(dir, 'jobs.db'), 'latin1')).not.toContain('Sesam')
  })
})

describe('the exit code', () => {
  test.each([0, 3, 64, 255])('%i is the one of the command', async (code) => {
    const { exec, rows } = makeJobScene()
    expect(await exec(['n', '--', 'sh', '-c', `exit ${code}`])).toMatchObject({ ...QUIET, code })
    expect(rows()).toMatchObject([{ exit_code: code }])
  })

  test.each([
    ['a command that is not there', 127, ['no-such-command'], 'cannot run no-such-command: no such command'],
    ['a path that is not there', 127, ['/nowhere/x'], 'cannot run /nowhere/x: no such command'],
    [
      'a command in one word',
      127,
      ['ls -l /'],
      "cannot run ls …: no such command; it is one word with blanks in it: write each argument as a word, or sh -c '…'",
    ],
    ['a directory', 126, ['/tmp'], 'cannot run /tmp: it is not executable, or a directory'],
    [
      'a file that is not executable',
      126,
      ['/etc/passwd'],
      'cannot run /etc/passwd: it is not executable, or a directory',
    ],
  ])('of %s is %i', async (_, code, command, says) => {
    const { exec, rows } = makeJobScene()
    expect(await exec(['n', '--', ...command])).toMatchObject({ code, stdout: '', stderr: `lastalive: ${says}\n` })
    expect(rows()).toMatchObject([{ exit_code: code, message: says }])
  })

  test.each([
    [
      'ends with a carriage return',
      '#!/bin/sh\r\necho no\n',
      127,
      /the program that its first line names is not there \(a carriage return/,
    ],
    ['names a program that is missing', '#!/nowhere/perl\n', 127, /the program that its first line names is not there/],
    ['names none, as a shell runs it', 'exit 9\n', 9, /^$/],
  ])('of a script whose first line %s', async (_, text, code, says) => {
    const { exec, dir } = makeJobScene()
    const script = join(dir, 'own-script')
    writeFileSync(script, text)
    chmodSync(script, 0o755)
    expect(await exec(['n', '--', script])).toMatchObject({ code, stderr: expect.stringMatching(says) })
    expect(await exec(['n', '--', 'own-script'], { env: { PATH: `${dir}:${process.env.PATH}` } })).toMatchObject({
      code,
    })
  })

  test.each([
    ['no name', ['--', 'true']],
    ['no command', ['n']],
    ['no command behind the two dashes', ['n', '--']],
    ['an unknown option', ['n', '--bad', '--', 'true']],
    ['an empty name', ['', '--', 'true']],
    ['an empty text', ['n', '--fail-on', '', '--', 'true']],
    ['a text without output', ['n', '--no-capture', '--expect', 'a', '--', 'true']],
    ['a grace without a period', ['n', '--grace', '1h', '--', 'true']],
    ['a duration that is none', ['n', '--every', 'often', '--', 'true']],
    ['a code that is none', ['n', '--skip-code', '256', '--', 'true']],
    ['an id that is none', ['n', '--run-id', 'a b', '--', 'true']],
  ])('is 64 for %s, and nothing is run', async (_, words) => {
    const { url, state, rows, dir } = makeJobScene()
    const command = words.map((word) => (word === 'true' ? `touch` : word))
    const touching = command.at(-1) === 'touch' ? [...command, join(dir, 'ran')] : command
    expect(await lastaliveAgain(['exec', '--url', url, '--state', state, ...touching])).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/^lastalive: /),
    })
    expect([rows(), existsSync(join(dir, 'ran'))]).toEqual([[], false])
  })

  test.each([
    ['a configuration that is broken', ['--config', 'broken.yaml'], /broken\.yaml/],
    ['no configuration', ['--config', 'none.yaml'], /none\.yaml/],
    ['a URL that is none', ['--url', 'gopher://x'], /--url/],
    ['a database of another kind', ['--url', 'redis://127.0.0.1'], /has no tables/],
    ['a database that is not there', ['--url', 'sqlite:nowhere.db'], /nowhere\.db/],
    ['a state directory that is a file, too', ['--url', 'sqlite:nowhere.db', '--state', 'broken.yaml'], /cannot/],
  ])('is the one of the command with %s, which one line says', async (_, words, says) => {
    const { dir, shell } = makeJobScene()
    writeFileSync(join(dir, 'broken.yaml'), 'jobs: [\n')
    const line = `'${process.execPath}' '${COMMAND}' exec n --state state ${words.join(' ')} -- sh -c 'echo out; exit 9'`
    const { code, stdout, stderr } = await shell(line, { cwd: dir })
    expect({ code, stdout }).toEqual({ code: 9, stdout: 'out\n' })
    expect(stderr).toMatch(says)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('the command is as it would be without', () => {
  /** What a process is, as far as a command can tell. */
  const SELF = `env | grep -v ^_= | sort; pwd; umask; ulimit -f; cut -d' ' -f5,6 /proc/$$/stat; cat /proc/$$/cmdline | tr '\\0' ' '; for f in /proc/$$/fd/*; do n=\${f##*/}; [ $n -gt 2 ] && echo $n $(readlink $f); done; cat <&7; cat`
  const OPEN = 'umask 027; command exec 7<in 9>lock 33<>lock 12>/dev/null; command exec 8<&-'

  test('environment, directory, mask, process group, arguments, descriptors and stdin', async () => {
    const { shell, dir } = makeJobScene()
    writeFileSync(join(dir, 'in'), 'from 7\n')
    const env = { A: 'ä\n b', RES_OPTIONS: 'ndots:2' }
    const run = (before: string) =>
      shell(
        `${OPEN}; printf 'from 0\\n' | ${before} bash -c '${SELF.replaceAll("'", `'\\''`)}' x 'a  b' '' '--help' -- '*' 'ä'`,
        { cwd: dir, env },
      )
    const [bare, under] = [await run('env'), await run('exec n --')]
    const withoutIds = (text: string): string => text.replaceAll(/^\d+ \d+$|(?<=pipe:)\S+/gm, 'ids')
    expect(bare.stdout).toContain('from 7\nfrom 0\n')
    expect({ ...under, stdout: withoutIds(under.stdout), seconds: 0 }).toEqual({
      ...bare,
      stdout: withoutIds(bare.stdout),
      seconds: 0,
    })
  })

  test('its process group is the one of exec', async () => {
    const { shell } = makeJobScene()
    const { stdout } = await shell(`cut -d' ' -f5 /proc/self/stat; exec n -- cut -d' ' -f5 /proc/self/stat`)
    const [bare, under] = stdout.split('\n')
    expect(under).toBe(bare)
  })

  test.each(['/dev/stdout', '/dev/stderr', '/proc/self/fd/2'])('it can open %s', async (path) => {
    const { exec, rows } = makeJobScene()
    const { code, stdout, stderr } = await exec(['n', '--', 'sh', '-c', `echo said > ${path}`])
    expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: 'said\n' })
    expect(rows()[0]?.output?.toString()).toBe('said\n')
  })

  test('it hears that nobody reads any more', async () => {
    const { shell, rows } = makeJobScene()
    const { stdout, stderr } = await shell('exec n -- yes | head -n 1; echo ${PIPESTATUS[0]}')
    expect({ stdout, stderr }).toEqual({ stdout: 'y\n141\n', stderr: '' })
    expect(rows()).toMatchObject([{ exit_code: 141 }])
  })

  test('it runs in a directory that is gone', async () => {
    const { shell, rows, dir } = makeJobScene()
    mkdirSync(join(dir, 'gone'))
    expect(await shell('cd gone; rmdir ../gone; exec n -- sh -c "exit 9"', { cwd: dir })).toMatchObject({ code: 9 })
    expect(rows()).toMatchObject([{ exit_code: 9 }])
  })

  test.each(['exec "b-$h" -- true', 'beat "b-$h"'])(
    '`%s` in a loop over hosts leaves their list alone',
    async (line) => {
      const { shell, rows } = makeJobScene()
      expect(await shell(`printf '1\\n2\\n3\\n' | while read -r h; do ${line}; done`)).toMatchObject({
        ...QUIET,
        code: 0,
      })
      expect(rows().map(({ job }) => job)).toEqual(['b-1', 'b-2', 'b-3'])
    },
  )

  test('what it leaves in the background is not waited for, also where that goes on talking', async () => {
    const { exec, rows } = makeJobScene()
    const outcomes = [
      await exec(['n', '--', 'sh', '-c', 'sleep 20 & exit 3']),
      await exec(['n', '--', 'sh', '-c', 'yes & echo; exit 4']),
    ]
    expect(outcomes).toMatchObject([{ code: 3 }, { code: 4 }])
    for (const { seconds } of outcomes) expect(seconds).toBeLessThan(8)
    expect(rows()).toMatchObject([{ exit_code: 3 }, { exit_code: 4 }])
  })

  test('with --no-capture it has the descriptors themselves', async () => {
    const { shell, dir } = makeJobScene()
    await shell(`exec n --no-capture -- sh -c 'readlink /proc/$$/fd/1' >file`, { cwd: dir })
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe(`${join(dir, 'file')}\n`)
  })
})
