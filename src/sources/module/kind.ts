import * as v from 'valibot'
import { MEASURES } from '../../core/judge/severity.ts'
import { optional } from '../../core/shape/quick.ts'
import { response } from '../../core/shape/response.ts'
import { absolutePath, duration, oneOf } from '../../core/shape/values.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import type { ModuleLook } from './look.ts'

const KEYS = {
  module: absolutePath({
    about: 'a JavaScript module by its absolute path, whose function read is asked',
    example: '/etc/lastalive/queue.mjs',
  }),
  options: optional(() => v.pipe(v.unknown(), v.description('anything; it is handed to the module as it is'))),
  measure: optional(() => oneOf(MEASURES, { about: 'what it brings: a time, or a number (default age)' })),
  timeout: optional(() =>
    duration({ about: 'how long it may take, before its process is ended (default 10s)', example: '10s' }),
  ),
  response: response('how long it may take until it is late (default: for ever)'),
}

/** Names under which a secret may stand. */
const SECRET = /pass|secret|token|key|auth|credential/i

/** A module of one's own. */
export const MODULE: SourceKind<ModuleLook> = {
  key: 'module',
  title: 'a module',
  keys: () => KEYS,
  free: ['options'],
  isSecret: ([key, ...names]) => key === 'options' && names.some((name) => SECRET.test(String(name))),
  isLimited: () => true,
  look: ({ module, options, timeout = 10 }) => ({ path: String(module), options, timeout: Number(timeout) }),
  where: ({ path }) => path,
  load: async () => {
    const { createModuleSources } = await import('./module.ts')
    return createModuleSources({ secretsIn: (options) => secretsIn(options, false) })
  },
}

/** The texts below names of secrets. */
function secretsIn(value: unknown, isSecret: boolean): readonly string[] {
  if (typeof value === 'string') return isSecret ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => secretsIn(inner, isSecret || SECRET.test(name)))
}
