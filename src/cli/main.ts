import { CommanderError } from 'commander'
import { mayHoldPassword } from '../config/tree.ts'
import { LastaliveError } from '../core/errors.ts'
import { formatFailure } from './output/nagios.ts'
import { createProgram } from './program.ts'
import { type Code, complain, type World } from './world.ts'

/**
 * Runs the command.
 *
 * @returns its exit code; never throws, and never 1 for anything but a warning
 */
export async function main(world: World): Promise<Code> {
  const outcome: { code: Code } = { code: 0 }
  try {
    const argv = await expand(world)
    const expanded = { ...world, argv }
    await createProgram(
      { ...expanded, stderr: { write: (text) => world.stderr.write(hideUrls(text, expanded)) } },
      outcome,
    ).parseAsync([...argv], { from: 'user' })
    return outcome.code
  } catch (error) {
    return fail(error, world)
  }
}

/** The words of the command line, with those that it has from a file. */
async function expand({ argv, env }: World): Promise<readonly string[]> {
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
  const message = hideUrls(error instanceof Error ? error.message : String(error), world)
  if (world.argv.find((word) => !word.startsWith('-')) === 'check') {
    world.stdout.write(formatFailure(firstOf(message)))
  }
  // Commander has said it already, with its usage.
  if (error instanceof CommanderError) return 3
  if (error instanceof LastaliveError) complain(world, message)
  // The stack alone: properties of errors may hold what must not be shown.
  else complain(world, `unforeseen: ${hideUrls(error instanceof Error ? (error.stack ?? message) : message, world)}`)
  return 3
}

/** What was written in the wrong place is quoted by whoever refuses it, and may hold a password. */
function hideUrls(text: string, { argv }: World): string {
  const words = argv.flatMap((word) => [word, word.replace(/^-[^=]*=/, '')]).filter(mayHoldPassword)
  return words.toSorted((a, b) => a.length - b.length).reduce((rest, word) => rest.replaceAll(word, '<url>'), text)
}

/** One line of several, and how many more there are. */
function firstOf(message: string): string {
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n')
  return more.length === 0 ? first : `${first} (and ${more.length} more problems on stderr)`
}
