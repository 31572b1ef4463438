import { toJsonSchema } from '@valibot/to-json-schema'
import { configSchema } from '../src/config/shape/shape.ts'
import type { NotifierKind } from '../src/core/notifier-kind.ts'
import { NOTIFIERS } from '../src/setup/kinds.ts'

/**
 * The JSON Schema of the configuration file, by which editors complete it.
 *
 * For the build and for tests only: the package that it needs is not there at run time.
 */
export function configJsonSchema(kinds: readonly NotifierKind[] = NOTIFIERS): object {
  // What these check says more than JSON Schema can, and stays with the command.
  const ignoreActions = ['raw_check', 'check']
  const schema = toJsonSchema(configSchema(kinds), { typeMode: 'input', ignoreActions })
  const free = { description: 'for anchors; nothing of it is read' }
  return { title: 'lastalive configuration', ...schema, patternProperties: { '^x-': free } }
}
