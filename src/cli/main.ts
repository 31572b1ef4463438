import { CommanderError } from 'commander'
import { mayHoldPassword } from '../config/tree.ts'
import { LastaliveError } from '../core/errors.ts'
import { formatFailure } from './output/nagios.ts'
import { createProgram } from './program.ts'

import { type Code, complain, type World } from './world.ts'

export { createOutput } from './direct-output.ts'

/**
 * Runs the command.
 *
 * @returns its exit code; never throws, and never 1 for anything but a warning
 */
export async function main(world: World): Promise<Code> {
  const outcome: { code: Code } = { code: 0 }
  let expanded = world
  try {
    const argv = await expand(world)
    expanded = { ...world, argv }
    const stderr = { write: (text: string) => world.stderr.write(hideSecrets(text, argv)) }
    await createProgram({ ...expanded, stderr }, outcome).parseAsync([...argv], { from: 'user' })
    return outcome.code
  } catch (error) {
    // What came from a file may be a secret as well.
    return fail(error, expanded)
  }
}

/** The words of the command line, with those that it has from a file, and as we spell them. */
async function expand(world: World): Promise<readonly string[]> {
  // Two long options of check_pgsql have an underscore.
  return (await withFiles(world)).map((word) => word.replace(/^--query_(warning|critical)(?==|$)/, '--query-$1'))
}

async function withFiles({ argv, env }: World): Promise<readonly string[]> {
  if (!argv.some((word) => word.startsWith('--extra-opts'))) return argv
  const { withExtraOptions } = await import('./extra-opts.ts')
  return withExtraOptions(argv, env)
}

/**
 * Says what ended the command that should not have.
 *
 * @returns the exit code for it
 */
export function fail(error: unknown, world: World): Code {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  const message = hideSecrets(error instanceof Error ? error.message : String(error), world.argv)
  if (world.argv.find((word) => !word.startsWith('-')) === 'check') {
    world.stdout.write(formatFailure(firstOf(message)))
  }
  // Commander has said it already, with its usage.
  if (error instanceof CommanderError) return 3
  if (error instanceof LastaliveError) complain(world, message)
  // The stack alone: properties of errors may hold what must not be shown.
  else
    complain(
      world,
      `unforeseen: ${hideSecrets(error instanceof Error ? (error.stack ?? message) : message, world.argv)}`,
    )
  return 3
}

/** What was written in the wrong place is quoted by whoever refuses it, and may hold a password. */
function hideSecrets(text: string, argv: readonly string[]): string {
  const urls = argv.flatMap((word) => [word, word.replace(/^-[^=]*=/, '')]).filter(mayHoldPassword)
  const hidden = [
    ...urls.map((url) => [url, '<url>'] as const),
    ...passwordsIn(argv).map((word) => [word, '<password>'] as const),
  ]
  return hidden
    .toSorted(([a], [b]) => a.length - b.length)
    .reduce((rest, [word, mark]) => rest.replaceAll(word, mark), text)
}

/** What follows `-p` or `--password`, in each way that it can. */
function passwordsIn(argv: readonly string[]): readonly string[] {
  return argv
    .flatMap((word, i) => {
      if (word === '-p' || word === '--password') return [argv[i + 1] ?? '']
      return [/^(?:--password=|-p)(.+)$/s.exec(word)?.[1] ?? '']
    })
    .filter((word) => word !== '')
}

/** One line of several, and how many more there are. */
function firstOf(message: string): string {
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n')
  return more.length === 0 ? first : `${first} (and ${more.length} more problems on stderr)`
}
