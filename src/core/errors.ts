import type { Fault } from './types.ts'

/** Errors that lastalive throws on purpose. `main` prints their message, and the stack of all others. */
export abstract class LastaliveError extends Error {
  abstract readonly code: string
}

/** Wrong usage. The message says what is wrong, then what to do. */
export class UsageError extends LastaliveError {
  readonly code = 'USAGE'
  /** the key of the entry whose value cannot be used */
  readonly key: string | undefined

  constructor(message: string, options?: ErrorOptions & { readonly key?: string }) {
    super(message, options)
    this.key = options?.key
  }
}

/**
 * Adds to an error about a value the key under which it stands.
 *
 * @throws UsageError with that key
 */
export async function underKey<T>(key: string, use: () => T | Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(error.message, { cause: error.cause, key })
  }
}

/** Every mistake of a configuration at once, each as `file:line: path: what is wrong; what to write`. */
export class ConfigError extends LastaliveError {
  readonly code = 'CONFIG'
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options)
    this.problems = problems
  }
}

/** A package that is needed cannot be loaded. */
export class DriverMissingError extends LastaliveError {
  readonly code = 'DRIVER_MISSING'
  readonly packageName: string

  constructor(packageName: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.packageName = packageName
  }
}

/** The fault of a source, before it becomes a reading. */
export class FaultError extends LastaliveError {
  readonly code = 'FAULT'
  readonly fault: Fault

  constructor(fault: Fault, options?: ErrorOptions) {
    super(fault.message, options)
    this.fault = fault
  }
}

/** Something that must be kept on disk cannot be kept. */
export class StateError extends LastaliveError {
  readonly code = 'STATE'
  readonly path: string

  constructor(message: string, options: ErrorOptions & { readonly path: string }) {
    super(message, options)
    this.path = options.path
  }
}

/**
 * The code of an error of Node or of a library.
 *
 * @returns `ENOENT`, `28P01`, …; empty if it has none
 */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/** The message of anything that was thrown, on one line. */
export function errorMessage(error: unknown): string {
  return textOf(error).replaceAll(/\s+/g, ' ').trim()
}

function textOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    // An object without a prototype, or one whose `toString` throws.
    return 'something without words was thrown'
  }
}
