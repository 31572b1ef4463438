import { CommanderError } from 'commander'
import { errorCode, LastaliveError, StateError } from '../core/errors.ts'
import { exitCodeOf } from '../core/judge/severity.ts'
import { mayHoldPassword } from '../core/shape/tree.ts'
import { clean, SHORTEST_SECRET } from '../core/words/text.ts'
import { whyNot } from '../io/files/safe-file.ts'
import { strays } from '../run/strays.ts'
import { endDespiteFiles } from './end.ts'
import { limited, STANDARD } from './limited.ts'
import { formatFailure } from './output/nagios.ts'
import { createProgram, isCommand } from './program.ts'
import { type Code, complain, isOneScreen, type World } from './world.ts'

/**
 * Runs the command.
 *
 * @returns its exit code; never throws, and never 1 for anything but a warning
 */
export async function main(world: World): Promise<number> {
  endDespiteFiles()
  const outcome = { code: 0 }
  let expanded = world
  try {
    const argv = await expand(world)
    expanded = { ...world, argv }
    const stderr = {
      write: (text: string) => world.stderr.write(hideSecrets(text, argv)),
      get isTTY() {
        return world.stderr.isTTY === true
      },
    }
    const program = await createProgram({ ...expanded, stderr }, outcome)
    await program.parseAsync([...argv], { from: 'user' })
    return withStrays(outcome.code, expanded)
  } catch (error) {
    // An option from a file may be a secret as well.
    return withStrays(fail(error, expanded), expanded)
  }
}

/**
 * Reports errors that nobody awaited and nobody has reported. The result of the command stands.
 *
 * @returns the exit code, which says that not all was well
 */
export function withStrays(code: number, world: World): number {
  const words = strays()
  for (const line of words) complain(world, hideSecrets(clean(line), world.argv))
  // The exit code of `exec` is the command's, whatever happens.
  if (words.length === 0 || commandOf(world) === EXEC) return code
  if (commandOf(world) !== 'check') return 4
  return code === 0 ? exitCodeOf('unknown') : code
}

/** The first word that is not an option. */
function commandOf({ argv }: World): string | undefined {
  return argv.find((word) => !word.startsWith('-'))
}

/** The command line with the options of `--extra-opts`, in our spelling. */
async function expand(world: World): Promise<readonly string[]> {
  // What `exec` runs is none of ours.
  if (commandOf(world) === EXEC) return world.argv
  const words = (await withFiles(world)).map(spelt)
  const [command, topic = ''] = words
  // Help on an unknown command gives the same suggestion as the command itself.
  return command === 'help' && topic !== '' && !isCommand(topic) ? words.slice(1) : words
}

/** check_pgsql spells two long options with an underscore, and `--zone` is `--timezone`. */
function spelt(word: string): string {
  return word.replace(/^--query_(warning|critical)(?==|$)/, '--query-$1').replace(/^--zone(?==|$)/, '--timezone')
}

async function withFiles(world: World): Promise<readonly string[]> {
  const { argv, env } = world
  if (!argv.some((word) => word.startsWith('--extra-opts'))) return argv
  const { timeoutIn, withExtraOptions } = await import('./options/extra-opts.ts')
  const time = { timeout: timeoutIn(argv) ?? STANDARD.check, code: 3 } as const
  return limited(world, time, () => withExtraOptions(argv, env))
}

/**
 * Reports an error that ended the command.
 *
 * @returns the exit code for it
 */
export function fail(error: unknown, world: World): number {
  const code = reported(error, world)
  return commandOf(world) === EXEC && code === 3 ? WRONG_USAGE_OF_EXEC : code
}

const EXEC = 'exec'
/** Those of the commands that it runs are the lower ones. */
const WRONG_USAGE_OF_EXEC = 64

function reported(error: unknown, world: World): Code {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  // Also our own code is read from files, when it is needed.
  if (/^E[MN]FILE$/.test(errorCode(error))) {
    const stopped = new StateError(`stopped: ${whyNot(error)}`, { path: '', cause: error })
    const code = reported(stopped, world)
    // Nobody was told.
    return commandOf(world) === 'run' ? 4 : code
  }
  const message = hideSecrets(error instanceof Error ? error.message : String(error), world.argv)
  // On a terminal, stderr alone shows all of it.
  if (commandOf(world) === 'check' && !isOneScreen(world)) world.stdout.write(formatFailure(firstOf(message)))
  // Commander has already printed it, with the usage.
  if (error instanceof CommanderError) return 3
  if (error instanceof LastaliveError) complain(world, message)
  // Only the stack: properties of errors may hold secrets.
  else
    complain(
      world,
      `unforeseen: ${hideSecrets(error instanceof Error ? (error.stack ?? message) : message, world.argv)}`,
    )
  return 3
}

/** An error may quote a password that was written in the wrong place. */
function hideSecrets(text: string, argv: readonly string[]): string {
  const urls = argv
    .map((word) => [word.replace(/^-[^=]*=/, ''), word].find(mayHoldPassword) ?? '')
    .filter((url) => url !== '')
  const passwords = passwordsIn(argv)
  const short = passwords.filter((word) => word.length < SHORTEST_SECRET)
  const hidden = [
    ...urls.map((url) => [url, '<url>'] as const),
    ...passwords.filter((word) => !short.includes(word)).map((word) => [word, '<password>'] as const),
    // A short one may be part of other words, so it is hidden only where it stands alone.
    ...short.flatMap((word) =>
      [`'${word}'`, `"${word}"`, `-p${word}`, `=${word}`].map(
        (whole) => [whole, whole.replace(word, '<password>')] as const,
      ),
    ),
  ]
  return hidden
    .toSorted(([a], [b]) => b.length - a.length)
    .reduce((rest, [word, mark]) => rest.replaceAll(word, mark), text)
}

/** The values of `-p` and `--password`, in each spelling. */
function passwordsIn(argv: readonly string[]): readonly string[] {
  return argv
    .flatMap((word, i) => {
      if (word === '-p' || word === '--password') return [argv[i + 1] ?? '']
      return [/^(?:--password=|-p)(.+)$/s.exec(word)?.[1] ?? '']
    })
    .filter((word) => word !== '')
}

/** The first line with the hint below it, and how many more there are. */
function firstOf(message: string): string {
  const [first = '', ...below] = message.replace(/^error: /, '').split('\n')
  const [hints, more] = [below.filter((line) => HINT.test(line)), below.filter((line) => !HINT.test(line))]
  const count = more.length === 1 ? '1 more problem' : `${more.length} more problems`
  return [first, ...hints, ...(more.length === 0 ? [] : [`(and ${count} on stderr)`])].join(' ')
}

/** Commander's hint below an error. */
const HINT = /^\(.*\)$/
