import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** The objects whose fields are promised. */
export const CONTRACTS = ['report', 'status', 'history', 'message'] as const

/** One of them. */
export type Contract = (typeof CONTRACTS)[number]

const validators = new Map<Contract, ValidateFunction>()

/** The published schema of an object. */
export function schemaOf(contract: Contract): object {
  const path = fileURLToPath(new URL(`../../docs/schemas/${contract}.json`, import.meta.url))
  return Object(JSON.parse(readFileSync(path, 'utf8')))
}

/** What is wrong with an object by its schema, a line each. A field that the schema does not know is wrong as well. */
export function breachesOf(contract: Contract, value: unknown): readonly string[] {
  const validate =
    validators.get(contract) ?? new Ajv2020({ allErrors: true }).compile(Object(closed(schemaOf(contract))))
  validators.set(contract, validate)
  if (validate(value)) return []
  const shown = ({ instancePath, message, params }: { instancePath: string; message?: string; params: object }) =>
    `${contract}${instancePath}: ${message} ${JSON.stringify(params)}`
  return (validate.errors ?? []).map(shown)
}

/**
 * Holds what a command printed to its schema.
 *
 * @throws Error where it is JSON, whole, and not what is promised
 */
export function holdToContract(args: readonly string[], stdout: string): void {
  const contract = contractOf(args)
  if (contract === undefined || !stdout.startsWith('{') || !stdout.endsWith('}\n')) return
  holdTo(contract, stdout)
}

/** @throws Error where the text is not what is promised */
export function holdTo(contract: Contract, text: string): void {
  const breaches = breachesOf(contract, JSON.parse(text))
  if (breaches.length > 0) throw new Error(`${breaches.join('\n')}\nin ${text.slice(0, 2_000)}`)
}

function contractOf([command, ...more]: readonly string[]): Contract | undefined {
  if (command === 'run' || command === 'check') return 'report'
  if (command !== 'status') return undefined
  return more.includes('--history') ? 'history' : 'status'
}

/** The schema, with no other fields than those that it names: readers may ignore what is new, but we may not. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return 'properties' in inner && inner.type === 'object' ? { additionalProperties: false, ...inner } : inner
}
