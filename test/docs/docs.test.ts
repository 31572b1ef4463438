import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tableOf } from '../../bench/table.ts'
import { configJsonSchema } from '../../build/json-schema.ts'
import { METRICS } from '../../src/cli/output/prometheus.ts'
import { RECIPES } from '../../src/config/recipes/catalogue.ts'
import { compose } from '../../src/core/words/message.ts'
import { messageJson } from '../../src/core/words/message-json.ts'
import { MESSAGE_FIELDS } from '../../src/core/words/template.ts'
import { aCheck, anIncident } from '../core/builders.ts'
import { COMMAND, runProgram } from '../support/command.ts'
import { keysPage } from '../support/keys-page.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { makeSqliteScene } from '../support/scene.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const COMMANDS = [
  'run',
  'check',
  'status',
  'ack',
  'silence',
  'clear',
  'validate',
  'test-alert',
  'schedule',
  'recipes',
  'beat',
  'exec',
  'jobs',
  'schema',
  'completion',
]
const DOCS = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'))
const PAGES = ['README.md', ...DOCS.map((name) => join('docs', name))]

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

function blocks(page: string, language: string): readonly string[] {
  return [...read(page).matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    (match) => match[1] ?? '',
  )
}

test('docs/commands.md is what --help prints', async () => {
  const helps = await Promise.all(
    [[], ...COMMANDS.map((name) => [name])].map((words) => lastalive([...words, '--help'])),
  )
  const sections = helps.map(
    ({ stdout }, i) => `## lastalive${i === 0 ? '' : ` ${COMMANDS[i - 1]}`}\n\n\`\`\`text\n${stdout}\`\`\`\n`,
  )
  const page = `# Commands\n\nThis page is what \`--help\` prints.\n\n${sections.join('\n')}`
  await expect(page).toMatchFileSnapshot('../../docs/commands.md')
})

test('docs/performance.md shows what the benchmark has measured', () => {
  const { rounds, machine, figures } = JSON.parse(read('docs/performance.json'))
  expect(rounds).toBeGreaterThanOrEqual(30)
  expect(read('docs/performance.md')).toContain(
    `${tableOf(figures)}\n\n${rounds} alternating rounds, medians; ${machine}`,
  )
})

test('docs/configuration-keys.md is what the schema says', async () => {
  await expect(keysPage(await configJsonSchema())).toMatchFileSnapshot('../../docs/configuration-keys.md')
})

test('docs/recipes.md is what the recipes say', async () => {
  const sections = RECIPES.map(
    ({ name, title, check, databases, grants, source, trap }) =>
      `## ${name}\n\n${title}. ${trap}\n\n${Object.entries(check)
        .map(([key, value]) => `- \`${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}\``)
        .join(
          '\n',
        )}\n\nDatabases: ${databases.join(', ')}. Read in ${source.repository} ${source.version} (${source.files.join(', ')}).${grants === undefined ? '' : ` Rights of a role \`watch\`: \`${grants}\`.`}\n`,
  )
  const page = `# Recipes\n\nThis page is made from the recipes. \`use: NAME\` in a check fills in the keys that are listed here. Keys that the check has itself go before them.\n\n${sections.join('\n')}`
  await expect(page).toMatchFileSnapshot('../../docs/recipes.md')
})

test.each(PAGES.flatMap((page) => blocks(page, 'yaml').map((text) => ({ page, text }))))(
  'the configuration in $page is valid',
  async ({ text }) => {
    const dir = mkdtempSync(join(tmpdir(), 'lastalive-docs-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    const config = join(dir, 'lastalive.yaml')
    writeFileSync(config, text, { mode: 0o600 })
    const env = {
      MANITOU_CONNECT_STRING: 'Dbi:Pg:host=pgserver;dbname=mail;user=manitou',
      SMTP_PASSWORD: 'p@ss/word',
      CHAT_URL: 'https://hooks.domain.tld/services/x',
      PING_URL: 'https://hc-ping.com/x',
      ICINGA_PASSWORD: 'p@ss/word',
    }
    const stdout = expect.stringMatching(/\nthe configuration is valid\n$/)
    expect(await lastalive(['validate', '--config', config], { env })).toMatchObject({ code: 0, stdout, stderr: '' })
  },
)

test('docs/telling.md knows each field', () => {
  const rows = [...read('docs/telling.md').matchAll(/^\| `\{(\w+)\}` \| (.*) \|$/gm)]
  expect(Object.fromEntries(rows.map(([, name, about]) => [name, about]))).toEqual(MESSAGE_FIELDS)
})

test('docs/json.md shows a message as it is sent', () => {
  const [, shown = ''] = blocks('docs/json.md', 'json')
  const { notices, ...whole } = JSON.parse(shown)
  const notice = { incident: anIncident(), kind: 'opened' as const, earlier: [], ordinal: 1 }
  const statusCommand = 'lastalive status'
  const options = { notifier: 'chat', instance: 'watch1', timezone: 'UTC', statusCommand, checkOf: () => aCheck() }
  const { notices: sent, ...message } = JSON.parse(JSON.stringify(messageJson(compose([notice], options))))
  expect(Object.keys(whole)).toEqual(Object.keys(message))
  expect(Object.keys(notices[0])).toEqual(Object.keys(sent[0]))
  expect(notices[0].headline).toBe(sent[0].headline)
})

test('docs/prometheus.md knows each metric', () => {
  const rows = METRICS.map(({ name, labels, help }) => [name, labels.map((label) => `\`${label}\``).join(', '), help])
  const shown = [...read('docs/prometheus.md').matchAll(/^\| `(\w+)` \| (?:(.*) )?\| (.*) \|$/gm)]
  expect(shown.map(([, name, labels = '', help]) => [name, labels, help])).toEqual(rows)
})

describe('docs/library.md', () => {
  test('shows the rehearsal as it is', () =>
    expect(blocks('docs/library.md', 'js')[0]).toBe(read('examples/rehearsal.js')))

  test('names functions that there are', async () => {
    const library: Readonly<Record<string, unknown>> = await import('lastalive')
    const named = [...read('docs/library.md').matchAll(/`(\w+)\(/g)].map(([, name = '']) => name)
    const ofParts = ['now', 'read']
    const missing = named.filter((name) => !ofParts.includes(name) && typeof library[name] !== 'function')
    expect([named.length > 10, missing]).toEqual([true, []])
  })
})

describe('each command in the pages', () => {
  const lines = PAGES.flatMap((page) =>
    [
      ...read(page)
        .replaceAll('\\\n', ' ')
        .matchAll(
          /(?:^|[`$*] )?\blastalive (run|check|status|ack|silence|clear|validate|test-alert|schedule|recipes|completion)\b([^`\n]*)/g,
        ),
    ].map((match) => ({ page, command: match[1] ?? '', rest: match[2] ?? '' })),
  ).filter(({ rest }) => rest.includes(' -'))

  test('is seen', () => expect(lines.length).toBeGreaterThan(15))

  test.each(lines)('of $page knows the options of $command$rest', async ({ command, rest }) => {
    const { stdout } = await lastalive([command, '--help'])
    for (const [option] of rest.matchAll(/(?<=\s)--?[a-z][a-z-]*/g)) {
      expect(stdout).toMatch(new RegExp(`(^|\\s|,)${option}(\\s|,|$)`, 'm'))
    }
  })
})

describe('README', () => {
  const [mail = '', over = ''] = blocks('README.md', 'text')
  const { warning: _, ...check } = aCheck()
  const options = {
    notifier: 'mail',
    instance: 'watch1',
    timezone: 'Europe/Paris',
    statusCommand: 'lastalive status --lockfile /var/tmp/manitou-alert.lck',
    checkOf: () => check,
  }

  test('shows the mail as it is sent', () => {
    const message = compose([{ incident: anIncident(), kind: 'opened', earlier: [], ordinal: 1 }], options)
    expect(mail).toBe(`Subject: ${message.subject}\n\n${message.text}`)
  })

  test('shows the subject of the end as it is sent', () => {
    const closedBy = { cause: 'age' as const, summary: 'alive' }
    const incident = anIncident({ closedAt: new Date('2026-11-22T12:21:00Z'), closedBy })
    expect(over).toBe(`Subject: ${compose([{ incident, kind: 'closed', earlier: [], ordinal: 2 }], options).subject}\n`)
  })

  test('shows the line of cron whose mail that is', async () => {
    const [crontab = ''] = blocks('README.md', 'crontab')
    const scene = await makeSqliteScene()
    scene.beat(2_525)
    // As cron hands it to a shell: five stars, then the command.
    const line = crontab.trim().replace(/^(?:\* ){5}lastalive/, `'${process.execPath}' '${COMMAND}'`)
    const elsewhere = `--lockfile '${scene.lockfile}' --smtp '${scene.smtp.url}'`
    const outcome = await runProgram(['sh', '-c', `${line} ${elsewhere}`], {
      env: {
        MANITOU_CONNECT_STRING: `sqlite:${scene.path}`,
      },
    })
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(`Subject: ${scene.subjects()[0]}`).toBe(mail.split('\n')[0])
  })

  test('shows the plugin line as it is printed', async () => {
    const scene = await makeSqliteScene()
    scene.set('2026-11-22T11:18:00Z')
    const { stdout } = await scene.check(['-w', '5m', '--now', '2026-11-22T12:00:00Z'])
    // How long it took is another time each time.
    const timeless = (line = ''): string => line.replace(/(response_mail=)[\d.]+s/, '$1?')
    expect(timeless(blocks('README.md', 'console')[0]?.split('\n')[1])).toBe(timeless(stdout.trim()))
  })

  test('says the most important in 1,100 words', () => {
    const [words = ''] = read('README.md').split('\n## More\n')
    expect(words.split(/\s+/).filter((word) => word !== '').length).toBeLessThanOrEqual(1_100)
  })
})
