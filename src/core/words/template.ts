import type { Fact, Message } from '../incident/notice.ts'
import type { Severity } from '../types.ts'
import { shorten } from './text.ts'

export const SUBJECT_FIELDS = {
  headline: 'the notice in one line',
  kind: 'opened, worsened, reminder, flapping, settled, closed or missed; test for a test message',
  state: 'OK, UNKNOWN, WARNING or CRITICAL; OK if it is over',
  severity: 'how bad it is, or was',
  title: 'the check, with its row if it has many',
  check: 'the check alone',
  item: 'the row alone',
  summary: 'what was seen',
  cause: 'why, in one word',
  incident: 'an id, the same in all messages about one incident',
  episode: 'how often this incident has opened',
  since: 'since when, in UTC',
  instance: 'who watches',
  count: 'how many notices the message has; the other fields are those of the worst',
  action: 'trigger, or resolve if it is over',
  level: 'critical, warning, error (if the state is UNKNOWN), or info if it is over',
  priority: 'how urgent it is, from 3 (over) to 5 (critical)',
  color: 'the colour of the state, as in #a30200',
} as const

/** The fields of a whole message: for the body and the headers of a webhook. */
export const MESSAGE_FIELDS = {
  ...SUBJECT_FIELDS,
  subject: 'the subject',
  text: 'the whole text, over several lines',
  message_id: 'the Message-ID, which stays the same when the message is sent again',
} as const

export type Field = keyof typeof SUBJECT_FIELDS

export type MessageField = keyof typeof MESSAGE_FIELDS

/** The state in the words of other services: the severity of PagerDuty, the priority of ntfy, the colours of chats. */
const ELSEWHERE: Readonly<
  Record<Severity, { readonly level: string; readonly priority: string; readonly color: string }>
> = {
  ok: { level: 'info', priority: '3', color: '#2eb886' },
  unknown: { level: 'error', priority: '4', color: '#808080' },
  warning: { level: 'warning', priority: '4', color: '#daa038' },
  critical: { level: 'critical', priority: '5', color: '#a30200' },
}

const LONGEST_ITEM = 1_000

const PLACEHOLDER = /\{([A-Za-z_]+)\}/g

export function unknownFields(template: string, known: object = SUBJECT_FIELDS): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, name = '']) => (Object.hasOwn(known, name) ? [] : [name]))
}

/**
 * Fills a template in one pass: braces in a value are never read as a field.
 *
 * @param template with `{headline}` and the like; other braces stay as they are
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(PLACEHOLDER, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : placeholder,
  )
}

/**
 * Fills each text of a tree, but no key, so that values never change its shape. `{priority}` alone becomes a number.
 */
export function fillTree(tree: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof tree === 'string') return tree === '{priority}' ? Number(values.priority) : fillTemplate(tree, values)
  if (Array.isArray(tree)) return tree.map((item) => fillTree(item, values))
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, fillTree(item, values)]))
}

export function fieldsOf(
  fact: Fact,
  { instance, count }: { readonly instance: string; readonly count: number },
): Readonly<Record<Field, string>> {
  return {
    headline: fact.headline,
    kind: fact.kind,
    state: fact.state.toUpperCase(),
    severity: fact.severity.toUpperCase(),
    title: fact.title,
    check: fact.check,
    item: shorten(fact.item ?? '', LONGEST_ITEM),
    summary: fact.summary,
    cause: fact.cause,
    incident: fact.incident,
    episode: String(fact.episode),
    since: `${fact.since.toISOString().slice(0, 19)}Z`,
    instance,
    count: String(count),
    action: fact.state === 'ok' ? 'resolve' : 'trigger',
    ...ELSEWHERE[fact.state],
  }
}

export function messageFieldsOf(message: Message): Readonly<Record<MessageField, string>> {
  const { facts, moreFacts, instance, subject, text, id } = message
  const fact = facts[0] ?? factOf(message)
  return { ...fieldsOf(fact, { instance, count: facts.length + moreFacts }), subject, text, message_id: id }
}

/** A stand-in for the worst notice of a message that has none. */
function factOf({ id, subject, state }: Message): Fact {
  const words = { check: '', title: '', summary: subject, headline: subject }
  const severity = state === 'ok' ? 'unknown' : state
  return { kind: 'test', incident: id, episode: 1, ...words, state, severity, cause: 'answered', since: new Date(0) }
}
