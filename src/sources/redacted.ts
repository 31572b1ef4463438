import type { Reading } from '../core/types.ts'
import { redact } from '../core/words/text.ts'

/** A reading in whose words no secret stands: a server may say again all that it was sent. */
export function redacted(reading: Reading, secrets: readonly string[]): Reading {
  const hide = (text: string): string => redact(text, secrets)
  const { raw } = reading
  const value = typeof raw?.text === 'string' ? { raw: { ...raw, text: hide(raw.text) } } : {}
  switch (reading.kind) {
    case 'judged':
      return { ...reading, ...value, summary: hide(reading.summary) }
    case 'absent':
    case 'endless':
      return { ...reading, ...value, why: hide(reading.why) }
    case 'fault':
      return { ...reading, ...value, fault: { ...reading.fault, message: hide(reading.fault.message) } }
    case 'beat':
    case 'amount':
    case 'rows':
      return { ...reading, ...value }
  }
}
