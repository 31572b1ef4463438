import type { Check } from '../check.ts'
import { present } from '../given.ts'
import type { Fact, Message, Notice } from '../incident/notice.ts'
import { rank, worst } from '../judge/severity.ts'
import { idOf, type Named, titleOf } from '../names.ts'
import { sha256 } from '../sha256.ts'
import type { Incident, Severity } from '../types.ts'
import { nextCommands } from './next-commands.ts'
import { fieldsOf, fillTemplate } from './template.ts'
import { clean, fewOf, shorten } from './text.ts'
import { headlineOf, isEnd, noticeRows } from './words.ts'

export interface ComposeOptions {
  readonly notifier: string
  readonly instance: string
  readonly timezone: string
  readonly statusCommand: string
  /** the check of that name, if there still is one: its note and expectation are shown */
  readonly checkOf: (named: Named) => Check | undefined
  /** Message-ID of the opening, if all notices belong to the same one */
  readonly openingId?: string
  /** replaces the usual subject; may have fields in braces */
  readonly subject?: string
  readonly hushed?: readonly string[]
}

const SUBJECT_LENGTH = 150
/** Nobody reads longer messages, and some gateways refuse them. */
const BLOCKS_IN_FULL = 20
const BLOCKS_IN_BRIEF = 200
const NAMES_IN_A_SUBJECT = 5
const HUSHED_IN_FULL = 10

/**
 * Puts notices into one message: subject, text, Message-ID.
 *
 * The text depends on incidents and notices only, never on the moment of sending. So the same words always have the
 * same ID, and different words never do.
 */
export function compose(notices: readonly Notice[], options: ComposeOptions): Message {
  const sorted = notices.toSorted(
    (a, b) => rank(stateOf(b)) - rank(stateOf(a)) || compareText(idOf(a.incident), idOf(b.incident)),
  )
  const blocks = sorted.slice(0, BLOCKS_IN_FULL).map((notice) => ({
    headline: headlineOf(notice, options.timezone),
    rows: noticeRows(notice, { timezone: options.timezone, check: options.checkOf(notice.incident) }),
  }))
  const brief = sorted.slice(BLOCKS_IN_FULL, BLOCKS_IN_BRIEF).map((notice) => headlineOf(notice, options.timezone))
  const left = Math.max(0, sorted.length - BLOCKS_IN_BRIEF)
  const more = left > 0 ? [...brief, `and ${left} more: ${options.statusCommand}`] : brief
  const instance = shorten(clean(options.instance), 100)
  const foot = [
    `Watched by ${instance}. What is open now: ${options.statusCommand}`,
    ...nextCommands(sorted, options.statusCommand),
    ...briefly(options.hushed ?? []).map((line) => `Muted: ${line}`),
  ]
  const text = textOf(blocks, more, foot)
  const facts = sorted.slice(0, BLOCKS_IN_BRIEF).map((notice) => factOf(notice, options))
  const subject = subjectOf(sorted, facts, { ...options, instance })
  return {
    id: messageIdOf(sorted, `${subject}\n${text}`, options),
    ...(options.openingId === undefined || options.openingId === '' ? {} : { openingId: options.openingId }),
    subject,
    text,
    html: htmlOf(blocks, more, foot),
    state: worst(sorted.map(stateOf)),
    checks: [...new Set(sorted.map(({ incident }) => incident.check))],
    instance,
    facts,
    moreFacts: left,
  }
}

function briefly(lines: readonly string[]): readonly string[] {
  const left = lines.length - HUSHED_IN_FULL
  return left > 0 ? [...lines.slice(0, HUSHED_IN_FULL), `and ${left} more`] : lines
}

function factOf(notice: Notice, { timezone, checkOf }: ComposeOptions): Fact {
  const { incident, kind } = notice
  const { id, episode, check, item, severity, cause, summary, since, lastBeat, closedAt, tail } = incident
  const { note, runbook } = checkOf(incident) ?? {}
  return {
    kind,
    incident: id,
    episode,
    check,
    title: titleOf(incident),
    state: stateOf(notice),
    severity,
    cause,
    summary,
    headline: headlineOf(notice, timezone),
    since,
    ...present({ item, lastBeat, closedAt, note, runbook, ...(isEnd(notice) ? {} : { tail }) }),
  }
}

/**
 * A text that is the same for two messages exactly if they mean the same.
 *
 * @returns one line a notice, sorted
 */
export function meaningOf(notices: readonly Notice[]): string {
  return notices.map(meaningOfNotice).toSorted().join('\n')
}

function meaningOfNotice({ incident, kind, ordinal, earlier, willRepeat }: Notice): string {
  const { id, episode, severity, cause } = incident
  return JSON.stringify([id, episode, kind, severity, cause, ordinal, earlier.map((e) => e.episode), willRepeat ?? ''])
}

/** Made from meaning and words: a reminder may repeat the words of the last one, and words may be edited. */
function messageIdOf(notices: readonly Notice[], words: string, { notifier, instance }: ComposeOptions): string {
  const digits = sha256(JSON.stringify([notifier, meaningOf(notices), words]))
  const host = instance.replaceAll(/[^A-Za-z0-9.-]+/g, '-').replaceAll(/^[.-]+|[.-]+$/g, '')
  return `lastalive.${digits.slice(0, 40)}@${host === '' ? 'localhost' : host.slice(0, 100)}`
}

function stateOf(notice: Notice): Severity {
  return isEnd(notice) ? 'ok' : notice.incident.severity
}

function subjectOf(
  notices: readonly Notice[],
  [worstFact]: readonly Fact[],
  { subject, instance }: ComposeOptions,
): string {
  if (worstFact === undefined) return '[lastalive]'
  const own = fillTemplate(subject ?? '', fieldsOf(worstFact, { instance, count: notices.length }))
  // A template of `{item}` alone is empty for a check without rows.
  if (own.trim() !== '') return shorten(clean(own), SUBJECT_LENGTH)
  const words = notices.length === 1 ? worstFact.headline : countsOf(notices)
  return shorten(clean(`[lastalive] ${words}`), SUBJECT_LENGTH)
}

function countsOf(notices: readonly Notice[]): string {
  const groups = new Map<string, Incident[]>()
  for (const notice of notices) {
    const members = groups.get(labelOf(notice)) ?? []
    members.push(notice.incident)
    groups.set(labelOf(notice), members)
  }
  return [...groups].map(([label, members]) => `${label} ${namesOf(members)}`).join('; ')
}

function labelOf(notice: Notice): string {
  const { incident, kind } = notice
  const severity = incident.severity.toUpperCase()
  switch (kind) {
    case 'closed':
      return 'OK'
    case 'missed':
      return 'MISSED'
    case 'flapping':
      return 'FLAPPING'
    case 'settled':
      return isEnd(notice) ? 'SETTLED OK' : `SETTLED ${severity}`
    case 'reminder':
      return `REMINDER ${severity}`
    case 'opened':
    case 'worsened':
      return severity
  }
}

function namesOf(incidents: readonly Incident[]): string {
  const list = fewOf(incidents.map(titleOf), NAMES_IN_A_SUBJECT)
  return incidents.length === 1 ? list : `${incidents.length} checks: ${list}`
}

interface Block {
  readonly headline: string
  readonly rows: readonly (readonly [label: string, value: string])[]
}

function textOf(blocks: readonly Block[], more: readonly string[], foot: readonly string[]): string {
  const inFull = blocks.map(({ headline, rows }) =>
    [headline, ...rows.map(([label, value]) => `  ${`${label}:`.padEnd(10)} ${indented(value)}`)].join('\n'),
  )
  return `${[...inFull, ...(more.length > 0 ? [more.join('\n')] : []), `-- \n${foot.join('\n')}`].join('\n\n')}\n`
}

/** The lines of a block stand below each other. */
function indented(value: string): string {
  return value.replaceAll('\n', BLOCK)
}

const BLOCK = `\n${' '.repeat(13)}`

function htmlOf(blocks: readonly Block[], more: readonly string[], foot: readonly string[]): string {
  const inFull = blocks.map(({ headline, rows }) => {
    const cells = rows.map(([label, value]) => `<tr><td>${escapeHtml(label)}</td><td>${cellOf(value)}</td></tr>`)
    return `<p><b>${escapeHtml(headline)}</b></p><table>${cells.join('')}</table>`
  })
  const inBrief = more.map((line) => `<p>${escapeHtml(line)}</p>`)
  return `<!doctype html><html><body>${[...inFull, ...inBrief].join('')}<p>${foot.map(escapeHtml).join('<br>')}</p></body></html>\n`
}

function cellOf(value: string): string {
  return value.includes('\n') ? `<pre>${escapeHtml(value)}</pre>` : escapeHtml(value)
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
