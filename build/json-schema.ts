import { toJsonSchema } from '@valibot/to-json-schema'
import { configSchema, type Kinds } from '../src/config/shape/shape.ts'
import { KINDS } from '../src/setup/kinds.ts'

/**
 * The JSON Schema of the configuration file, by which editors complete it.
 *
 * For the build and for tests only: the package that it needs is not there at run time.
 */
export async function configJsonSchema(kinds?: Kinds): Promise<object> {
  // What these check says more than JSON Schema can, and stays with the command.
  const ignoreActions = ['raw_check', 'check']
  const { notifierLines, sourceLines } = KINDS
  const notifierKinds = await Promise.all(notifierLines.map((line) => line.load()))
  const all = { notifierKinds, sourceKinds: await Promise.all(sourceLines.map((line) => line.load())) }
  const schema = toJsonSchema(configSchema(kinds ?? all), { typeMode: 'input', ignoreActions })
  const free = { description: 'for anchors; nothing of it is read' }
  return { title: 'lastalive configuration', ...schema, patternProperties: { '^x-': free } }
}
