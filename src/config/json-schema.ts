import { toJsonSchema } from '@valibot/to-json-schema'
import { fileSchema } from './shape.ts'

/**
 * The JSON Schema of the configuration file, by which editors complete it.
 *
 * For the build and for tests only: the package that it needs is not there at run time.
 */
export function configJsonSchema(): object {
  // What these check says more than JSON Schema can, and stays with the command.
  const ignoreActions = ['raw_check', 'check']
  return { title: 'lastalive configuration', ...toJsonSchema(fileSchema(), { typeMode: 'input', ignoreActions }) }
}
