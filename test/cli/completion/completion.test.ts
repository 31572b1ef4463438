import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMAND, lastalive } from '../../support/command.ts'
import { isInstalled, openTerminal, type Terminal } from '../../support/terminal.ts'

/** An item whose name would do harm in a shell that takes it for more than text. */
const HOSTILE = 'a b;touch evil $(touch evil) `touch evil` "\'<>&|~\\'

/** What is typed before TAB, and what the command gets. */
const LINES: readonly (readonly [string, string, readonly string[]])[] = [
  ['a command', 'val', ['validate']],
  ['a command after help', 'help rec', ['help', 'recipes']],
  ['a command whose name is like that of an option', 'test', ['test-alert']],
  ['an option', 'run --dry', ['run', '--dry-run']],
  ['an option behind a name', 'silence run --no', ['silence', 'run', '--note']],
  ['an option behind the value of another', 'status --limit 3 --hist', ['status', '--limit', '3', '--history']],
  ['an option without a command', '--vers', ['--version']],
  ['a choice', 'check --format js', ['check', '--format', 'json']],
  ['a choice that other commands do not have', 'check --format nag', ['check', '--format', 'nagios']],
  ['a choice behind an equals sign', 'check --measure=n', ['check', '--measure=number']],
  ['a choice of an argument', 'completion z', ['completion', 'zsh']],
  ['a file', 'run --config watch', ['run', '--config', 'watch.yaml']],
  ['a file with a blank in its name', 'run --lockfile my', ['run', '--lockfile', 'my lock']],
  ['a directory', 'status --state sta\tx', ['status', '--state', 'state/x']],
  ['no file where none is wanted', 'run --name watch', ['run', '--name', 'watch']],
  ['a check', 'run --config watch.yaml impo', ['run', '--config', 'watch.yaml', 'imports']],
  [
    'a check, of a file behind an equals sign',
    'check --config=watch.yaml impo',
    ['check', '--config=watch.yaml', 'imports'],
  ],
  ['a tag', 'run --config watch.yaml --tag ni', ['run', '--config', 'watch.yaml', '--tag', 'nightly']],
  ['a notifier', 'test-alert --config watch.yaml pag', ['test-alert', '--config', 'watch.yaml', 'pager']],
  ['a recipe', 'recipes nextc', ['recipes', 'nextcloud']],
  ['a database that is open', 'ack --state state database:go', ['ack', '--state', 'state', 'database:gone']],
  ['an item that is open', 'clear --state state wor', ['clear', '--state', 'state', `workers/${HOSTILE}`]],
  ['nothing, where there is no configuration', 'run --config none.yaml impo', ['run', '--config', 'none.yaml', 'impo']],
]

/** Fills a directory with a configuration, with what is open, and with a command that says how it was called. */
async function fill(directory: string): Promise<void> {
  const database = new Database(join(directory, 'app.db'))
  database.exec('CREATE TABLE workers(name, seen)')
  database.prepare('INSERT INTO workers VALUES (?, 1)').run(HOSTILE)
  database.close()
  const databases = { app: `sqlite:${join(directory, 'app.db')}`, gone: `sqlite:${join(directory, 'gone.db')}` }
  const rows = { database: 'app', rows: 'SELECT name, seen FROM workers', critical: '5m' }
  const checks = {
    imports: { ...rows, tags: ['nightly'] },
    workers: rows,
    lost: { database: 'gone', key: 'x', critical: '5m' },
  }
  const file = join(directory, 'watch.yaml')
  const write = (notifiers: object) =>
    writeFileSync(file, JSON.stringify({ databases, notifiers, checks }), { mode: 0o600 })
  write({})
  await lastalive(['run', 'workers', 'lost', '--config', file, '--state', join(directory, 'state')])
  // A variable that is set for cron alone keeps no name from being known.
  write({ pager: { mail: { to: '${NOBODY}' } } })
  writeFileSync(join(directory, 'my lock'), '')
  mkdirSync(join(directory, 'bin'))
  // Where this is missing, fish reads all manual pages of the system, and goes on with that after it has ended.
  mkdirSync(join(directory, '.local/share/fish/generated_completions'), { recursive: true })
  const program = [
    '#!/bin/sh',
    // What a shell asks for it reads from a pipe.
    `[ -t 1 ] || exec '${process.execPath}' '${COMMAND}' "$@"`,
    `printf got; printf ' <%s>' "$@"; printf ' end\\n'`,
  ]
  writeFileSync(join(directory, 'bin/lastalive'), `${program.join('\n')}\n`, { mode: 0o755 })
}

const directory = mkdtempSync(join(tmpdir(), 'lastalive-completion-'))
beforeAll(() => fill(directory), 60_000)
afterAll(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }))

const SHELLS = [
  {
    name: 'bash',
    how: 'from its start-up file',
    start: 'exec bash --norc --noprofile -i',
    begin: 'source <(lastalive completion bash)',
  },
  {
    name: 'zsh',
    how: 'from its start-up file',
    start: 'exec zsh -f -i',
    begin: 'autoload -U compinit && compinit -D && source <(lastalive completion zsh)',
  },
  {
    name: 'fish',
    how: 'for once',
    start: `exec fish --no-config -i -C 'function fish_prompt; echo -n "ready> "; end'`,
    begin: 'lastalive completion fish | source',
  },
  {
    name: 'zsh',
    how: 'from a directory of $fpath',
    start: 'exec zsh -f -i',
    begin:
      'mkdir fs; lastalive completion zsh >fs/_lastalive; fpath=($PWD/fs $fpath); autoload -U compinit && compinit -D',
  },
  {
    name: 'fish',
    how: 'from the directory of a user',
    start: `exec fish -i -C 'function fish_prompt; echo -n "ready> "; end'`,
    begin: 'mkdir -p ~/.config/fish/completions; lastalive completion fish >~/.config/fish/completions/lastalive.fish',
  },
] as const

describe.each(SHELLS)('$name, $how (otherwise: install it, and util-linux)', ({ name, start, begin }) => {
  describe.skipIf(!isInstalled() || !isInstalled(name))('completes', () => {
    let terminal: Terminal
    beforeAll(async () => {
      const env = { PATH: `${join(directory, 'bin')}:${process.env.PATH}`, HOME: directory, PS1: 'ready> ' }
      terminal = openTerminal(start, { env, cwd: directory })
      await terminal.type('', /ready> /)
      await terminal.type(`${begin}\n`, /\n[^\n]*ready> /)
    })
    afterAll(() => terminal.stop())

    test.each(LINES)('%s', async (_, typed, words) => {
      const heard = await terminal.type(`lastalive ${typed}\t\n`, /got <[^\n]* end\r?\n[^\n]*ready> /)
      expect(/got (<.*>) end/.exec(heard)?.[1]).toBe(words.map((word) => `<${word}>`).join(' '))
    })

    test('and runs nothing of what it offers', () => expect(existsSync(join(directory, 'evil'))).toBe(false))
  })
})
