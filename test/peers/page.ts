import { type Comparison, type Fault, type Finding, firstLine } from './comparison.ts'
import { PATIENCE_SECONDS, PLUGINS, runPlugin, type Target, TIME_SECONDS } from './plugins.ts'
import type { Kind, Scenario } from './scenarios.ts'

const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']
const TITLES: Readonly<Record<Kind, string>> = { postgres: 'PostgreSQL', sqlite: 'SQLite' }

/** Each mark of the page, and what it means there. */
const MARKS: Readonly<Record<Fault, string>> = {
  missed: 'it says OK, but the service may be dead',
  hung: `it had not ended after ${PATIENCE_SECONDS} s, and was killed`,
  'wrong state': 'it reports a problem, but not with the state that the guidelines ask for',
  'false alarm': 'it reports a problem, but the service is alive',
  'says OK': 'its first line says OK, but its exit code does not',
  'no state': 'its first line, which mail and pagers show, does not name the state',
  'leaves a process': 'a process that it started is still running when it has ended',
  'makes the file': 'the file was missing, and afterwards it is there and empty',
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

\`npm run peers\` makes this page. It lets each plugin look at the same tables. The right answers were written down beforehand, from the
[guidelines of monitoring plugins](https://www.monitoring-plugins.org/doc/guidelines.html). Where these leave a choice, each answer that
they allow counts as right.

The other plugins were made for another task: they compare a number. So SQL has to turn what a service has left into an age. This page shows
what happens when the database holds something unexpected. A longer query would handle some of these cases.

Versions: ${versions.join(', ')}; ${server}; lastalive as it stands here.

The limits are 5 minutes (warning) and 10 minutes (critical). Each plugin has ${TIME_SECONDS} s for everything. A cell holds the exit code, and a mark if
the answer is wrong:

| mark | means |
|---|---|
${marks.map(([mark, meaning]) => `| ${mark} | ${meaning} |\n`).join('')}
${kinds.map((kind) => sectionOf(kind, comparisons)).join('\n')}
## What they say

These are the first two lines of each plugin, without performance data. \`…\` stands for text that differs from run to run.

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
