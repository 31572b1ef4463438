import type { Command } from 'commander'
import type { Commands } from '../commands.ts'
import { limited, STANDARD } from '../limited.ts'
import { addBeatOptions, addExecOptions, addJobsOptions } from '../options/jobs.ts'

/** The command `beat`. */
export function completeBeat(command: Command, commands: Commands): void {
  addBeatOptions(command).action(async (name, options) => {
    const { beatCommand } = await import('../commands/beat.ts')
    await commands.finish(beatCommand(name, options, commands.world))
  })
}

/** The command `jobs`. */
export function completeJobs(command: Command, commands: Commands): void {
  addJobsOptions(command).action(async (name, options) => {
    const { jobsCommand } = await import('../commands/jobs/jobs.ts')
    const time = { timeout: options.timeout ?? STANDARD.check, code: 3 } as const
    await commands.finish(limited(commands.world, time, () => jobsCommand(name, options, commands.world)))
  })
}

/** The command `exec`. */
export function completeExec(command: Command, commands: Commands): void {
  addExecOptions(command).action(async (name, words, options) => {
    const { execCommand } = await import('../commands/exec/exec.ts')
    await commands.finish(execCommand(name, words, { options, world: commands.world }))
  })
}
