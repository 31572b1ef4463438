import { type AliasEvent, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import type { Path } from '../../core/shape/tree.ts'

/** Where everything in a YAML document stands, and what is wrong with its names and aliases. */
export interface Outline {
  /** undefined for a text that holds nothing */
  readonly root: Node | undefined
  readonly problems: readonly OutlineProblem[]
}

interface OutlineProblem {
  /** an offset in the text */
  readonly at: number
  readonly text: string
  /** of a name that stands twice: the way to it */
  readonly twice?: Path
}

/** A value, by where it begins. */
export interface Node {
  readonly kind: 'document' | 'mapping' | 'list' | 'value'
  readonly start: number
  /** of a mapping by name, of a list by position; undefined for a single value */
  readonly entries: Map<string, Entry> | undefined
  /** how many values it is with all aliases written out; undefined until it has ended */
  size: number | undefined
}

interface Entry {
  /** where its name begins, or in a list the item */
  readonly at: number
  readonly node: Node
}

/** A mapping, a list or the document, as long as it has not ended. */
interface Frame {
  readonly node: Node
  /** what its keys are merged from, the first before the others */
  readonly merged: Node[]
  size: number
  /** of a mapping, the name whose value comes next */
  key: { readonly name: string; readonly at: number; readonly isMerge: boolean } | undefined
}

interface Reading {
  readonly source: string
  readonly frames: Frame[]
  readonly anchors: Map<string, { readonly node: Node; readonly name: string }>
  readonly problems: OutlineProblem[]
  root: Node | undefined
  /** where the last thing stood that is not empty: what is empty stands nowhere */
  at: number
  /** how many values aliases have added */
  copied: number
}

/** How many values aliases may add: enough for ten thousand checks that merge all their keys. */
const MOST_COPIED = 1_000_000
const MERGE = '<<'
const ABSENT = -1

/** Goes through the events of a text once, and finds every name that stands twice and every alias that leads nowhere. */
export function outlineOf(events: readonly Event[], source: string): Outline {
  const reading: Reading = {
    source,
    frames: [],
    anchors: new Map(),
    problems: [],
    root: undefined,
    at: 0,
    copied: 0,
  }
  for (const event of events) {
    take(reading, event)
    if (reading.copied <= MOST_COPIED) continue
    complain(reading, reading.at, 'aliases (*) multiply what is written too often; write what is meant')
    break
  }
  return { root: reading.root, problems: reading.problems }
}

function take(reading: Reading, event: Event): void {
  switch (event.type) {
    case EVENT_ID.DOCUMENT:
      begin(reading, 'document', reading.at)
      break
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      reading.at = event.start
      keepAnchor(reading, event, begin(reading, event.type === EVENT_ID.MAPPING ? 'mapping' : 'list', event.start))
      break
    case EVENT_ID.SCALAR:
      takeScalar(reading, event)
      break
    case EVENT_ID.ALIAS:
      takeAlias(reading, event)
      break
    case EVENT_ID.POP:
      end(reading)
      break
  }
}

function begin(reading: Reading, kind: Node['kind'], start: number): Node {
  const node: Node = { kind, start, entries: new Map(), size: undefined }
  reading.frames.push({ node, merged: [], size: 1, key: undefined })
  return node
}

function takeScalar(reading: Reading, event: ScalarEvent): void {
  reading.at = Math.max(reading.at, event.valueStart, event.anchorStart, event.tagStart)
  const node: Node = { kind: 'value', start: reading.at, entries: undefined, size: 1 }
  const isNamed = isNameNext(reading) || event.anchorStart !== ABSENT
  const name = isNamed ? getScalarValue(reading.source, event) : ''
  keepAnchor(reading, event, node, name)
  add(reading, node, { name, isMerge: name === MERGE && event.style === SCALAR_STYLE.PLAIN })
}

function takeAlias(reading: Reading, { anchorStart, anchorEnd }: AliasEvent): void {
  reading.at = anchorStart
  const meant = reading.anchors.get(reading.source.slice(anchorStart, anchorEnd))
  if (meant === undefined) {
    complain(reading, anchorStart, 'an alias (*) without an anchor (&) before it; put it in quotes')
  } else if (meant.node.size === undefined) {
    complain(reading, anchorStart, 'an alias (*) inside what it stands for has no end; write what is meant')
  }
  const node = meant?.node ?? { kind: 'value', start: anchorStart, entries: undefined, size: 1 }
  reading.copied += node.size ?? 1
  add(reading, node, { name: meant?.name ?? '', isMerge: false })
}

function keepAnchor(
  { anchors, source }: Reading,
  { anchorStart, anchorEnd }: { readonly anchorStart: number; readonly anchorEnd: number },
  node: Node,
  name = '',
): void {
  if (anchorStart !== ABSENT) anchors.set(source.slice(anchorStart, anchorEnd), { node, name })
}

function isNameNext({ frames }: Reading): boolean {
  const frame = frames.at(-1)
  return frame?.node.kind === 'mapping' && frame.key === undefined
}

function end(reading: Reading): void {
  const frame = reading.frames.pop()
  if (frame === undefined) return
  const { node, merged } = frame
  // A mapping's own keys come before merged ones.
  for (const { entries = [] } of merged) {
    for (const [name, entry] of entries) if (!node.entries?.has(name)) node.entries?.set(name, entry)
  }
  node.size = frame.size
  if (node.kind !== 'document') add(reading, node, { name: '', isMerge: false })
}

/** Puts a value where it belongs: it is the next name, what the last name stands for, an item, or the whole. */
function add(reading: Reading, node: Node, as: { readonly name: string; readonly isMerge: boolean }): void {
  const frame = reading.frames.at(-1)
  if (frame === undefined) return
  frame.size += node.size ?? 1
  switch (frame.node.kind) {
    case 'document':
      addDocument(reading, node)
      break
    case 'list':
      frame.node.entries?.set(String(frame.node.entries.size), { at: node.start, node })
      break
    case 'mapping':
      if (frame.key !== undefined) addPair(reading, frame, frame.key, node)
      else frame.key = keyOf(reading, node, as)
      break
    case 'value':
      break
  }
}

function addDocument(reading: Reading, node: Node): void {
  if (reading.root === undefined) reading.root = node
  else complain(reading, node.start, 'a second document begins here; remove the --- before it')
}

function keyOf(reading: Reading, { kind, start }: Node, as: { readonly name: string; readonly isMerge: boolean }) {
  if (kind === 'value') return { ...as, at: reading.at }
  complain(reading, start, 'a mapping or a list cannot be a name; put it in quotes')
  // It is no second one of its kind, whatever others there are.
  return { name: `?${start}`, isMerge: false, at: start }
}

function addPair(reading: Reading, frame: Frame, key: NonNullable<Frame['key']>, node: Node): void {
  const { entries } = frame.node
  if (entries?.has(key.name)) {
    const text = 'stands here for the second time; rename or remove one of them'
    reading.problems.push({ at: key.at, text, twice: pathIn(reading) })
  }
  entries?.set(key.name, { at: key.at, node })
  if (key.isMerge) for (const from of node.kind === 'list' ? itemsOf(node) : [node]) frame.merged.push(from)
  frame.key = undefined
}

/** The way to the value that comes next. */
function pathIn({ frames }: Reading): Path {
  return frames.flatMap(({ node, key }) => {
    if (node.kind === 'list') return node.entries?.size ?? 0
    return key === undefined ? [] : key.name
  })
}

function itemsOf({ entries }: Node): readonly Node[] {
  return [...(entries?.values() ?? [])].map(({ node }) => node)
}

function complain({ problems }: Reading, at: number, text: string): void {
  problems.push({ at, text })
}
