import * as v from 'valibot'
import type { KeptMemory, Memory } from '../../core/judge/memory.ts'
import { readJson } from '../../core/shape/json.ts'

const memory = v.object({
  version: v.literal(1),
  memory: v.custom<object>((input) => typeof input === 'object' && input !== null && !Array.isArray(input)),
})

/** What checks remember, as its file holds it. */
export function writeMemoryFile({ texts }: KeptMemory): string {
  const entries = [...texts].map(([check, text]) => `${JSON.stringify(check)}:${text}`)
  return `{"version":1,"memory":{${entries.join(',')}}}\n`
}

/** @returns undefined if the text is not what we write */
export function readMemoryFile(text: string): Memory | undefined {
  const found = readJson(memory, text)
  return found && new Map(Object.entries(found.memory))
}
