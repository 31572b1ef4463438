import type * as v from 'valibot'
import type { NotifierKind } from '../../core/notifier-kind.ts'
import { mapping } from '../../core/shape/mapping.ts'
import { program } from '../../core/shape/program.ts'
import { optional } from '../../core/shape/quick.ts'
import { duration } from '../../core/shape/values.ts'
import type { CommandSettings } from './command.ts'

const EXAMPLE = '[/path/to/program, argument]'

const shape = () =>
  mapping(
    {
      run: program({
        about: 'absolute path of the program, and its arguments; no shell is involved',
        example: EXAMPLE,
        blanks: 'refused',
      }),
      timeout: optional(() =>
        duration({
          about: 'how long it may take; then it and all that it started are ended (default 10s)',
          example: '10s',
        }),
      ),
    },
    'a program to run for each message, which gets its fields in the environment and as JSON on standard input',
    { run: `is missing; write ${EXAMPLE}` },
  )

export const COMMAND: NotifierKind<v.InferOutput<ReturnType<typeof shape>>, CommandSettings> = {
  key: 'command',
  group: 'run',
  shape,
  lists: ['run'],
  settings: (entry) => ({ timeout: 10, ...entry }),
  load: async () => {
    const { createCommandNotifier } = await import('./command.ts')
    return { create: async (name, settings) => ({ notifier: createCommandNotifier(name, settings), secrets: [] }) }
  },
}
