import { type Comparison, type Fault, type Finding, firstLine } from './comparison.ts'
import { PATIENCE_SECONDS, PLUGINS, runPlugin, type Target, TIME_SECONDS } from './plugins.ts'
import type { Kind, Scenario } from './scenarios.ts'

const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']
const TITLES: Readonly<Record<Kind, string>> = { postgres: 'PostgreSQL', sqlite: 'SQLite' }

/** Each mark of the page, and what it means there. */
const MARKS: Readonly<Record<Fault, string>> = {
  missed: 'it says OK, and the service may be dead',
  hung: `it had not ended after ${PATIENCE_SECONDS} s, and was killed`,
  'wrong state': 'it says something is wrong, but not what the guidelines want said',
  'false alarm': 'it says that something is wrong, and the service is alive',
  'says OK': 'its first line says OK, and its exit code does not',
  'no state': 'its first line says nothing of the state; the first line is what mail and pagers show',
  'leaves a process': 'what it has started is still running when it has ended',
  'makes the file': 'a file that was missing is there afterwards, and empty',
}

/** What the page shows in place of a real target. */
const SHOWN: Target = {
  port: 5432,
  user: 'watch',
  password: undefined,
  dbname: 'mail',
  directory: '/var/lib/app',
  file: 'mail.db',
}

/** Writes docs/peers.md, in which no time, port or directory is left. */
export async function writePage(comparisons: readonly Comparison[], server: string): Promise<string> {
  const kinds: readonly Kind[] = ['postgres', 'sqlite']
  const peers = PLUGINS.filter(({ isOurs = false }) => !isOurs)
  const versions = await Promise.all(peers.map(async ({ version }) => firstLine(await runPlugin(version))))
  const used = new Set<string>(comparisons.flatMap(({ findings }) => findings.flatMap(({ faults }) => faults)))
  const marks = Object.entries(MARKS).filter(([mark]) => used.has(mark))
  return `# Side by side with other plugins

This page is made by \`npm run peers\`, which lets each plugin look at the same tables. What would be right was written down before, from
the [guidelines of monitoring plugins](https://www.monitoring-plugins.org/doc/guidelines.html); where those leave a choice, either is
taken for right. The others are not made for this: they compare a number, so that SQL has to make an age of what a service
has left, and what follows is what comes of it where that is not what was expected. Another query would meet some of these
cases, each at the price of a longer one.

Versions: ${versions.join(', ')}; ${server}; lastalive as it stands here.

The limits are 5 minutes (warning) and 10 minutes (critical), and each plugin has ${TIME_SECONDS} s for all it does. A cell holds the exit code, and what
is wrong with the answer:

| mark | means |
|---|---|
${marks.map(([mark, meaning]) => `| ${mark} | ${meaning} |\n`).join('')}
${kinds.map((kind) => sectionOf(kind, comparisons)).join('\n')}
## What they say

The first two lines of each, without performance data. \`…\` stands for what differs from run to run.

${comparisons.map(wordsOf).join('\n')}`
}

function sectionOf(kind: Kind, comparisons: readonly Comparison[]): string {
  const plugins = PLUGINS.filter((plugin) => plugin.kind === kind)
  const rows = comparisons
    .filter((comparison) => comparison.kind === kind)
    .map(({ scenario, findings }) => `| ${[scenario.name, rightOf(scenario), ...findings.map(cellOf)].join(' | ')} |\n`)
  const head = ['where', 'right', ...plugins.map(({ name }) => name)]
  const lines = plugins.map(({ words }) => words(SHOWN).map(quote).join(' '))
  return `## ${TITLES[kind]}

\`\`\`sh
${lines.join('\n')}
\`\`\`

| ${head.join(' | ')} |
|${'---|'.repeat(head.length)}
${rows.join('')}`
}

function rightOf({ right, fair = [] }: Scenario): string {
  return [right.code, ...fair].join(' or ')
}

function cellOf({ outcome: { code }, faults }: Finding): string {
  const marks = faults.filter((fault) => fault !== 'hung')
  const result = code === null ? 'hung' : String(code)
  return faults.length === 0 ? result : `**${[result, ...marks].join(', ')}**`
}

function wordsOf({ scenario, kind, findings }: Comparison): string {
  const { name, right, because } = scenario
  const width = Math.max(...findings.map(({ plugin }) => plugin.name.length))
  const lines = findings.flatMap(({ plugin, outcome: { code, stdout } }) => {
    const heads = [`${plugin.name.padEnd(width)}  ${code ?? '-'}`]
    return linesIn(stdout).map((line, i) => `${heads[i] ?? ' '.repeat(width + 3)}  ${line}`)
  })
  return `**${TITLES[kind]}, ${name}.** Right is ${right.code} (${STATES[right.code]}): ${because}.

\`\`\`text
${lines.join('\n')}
\`\`\`
`
}

/** The lines that are shown. */
function linesIn(stdout: string): readonly string[] {
  const lines = stdout.split('\n').slice(0, 2).map(steady)
  return lines[1] === '' ? lines.slice(0, 1) : lines
}

/** What differs from run to run, and what is shown in its place. */
const UNSTEADY: readonly (readonly [RegExp, string])[] = [
  [/ *\|.*/, ''],
  [/ from file ".*"/, ' from file "…"'],
  [/\/[^\s']*\/lastalive-peers-\w+/g, SHOWN.directory],
  [/\bport([ =:]+)\d+/g, 'port$1…'],
  [/\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d/g, '…$1…'],
  [/(?<![\d.])-?\d+\.\d+(?![\d.])/g, '…'],
  [/-?\d{8,}/g, '…'],
  [/\b\d+ s\b/g, '… s'],
  // check_postgres ends its line with the age.
  [/(\(port=…\)) \d+$/, '$1 …'],
]

function steady(line: string): string {
  return UNSTEADY.reduce((text, [pattern, shown]) => text.replaceAll(new RegExp(pattern, 'g'), shown), line).trim()
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word}"`
}
