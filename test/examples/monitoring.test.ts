import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lastaliveAgain } from '../support/resident.ts'
import { about, EXAMPLES } from './surroundings.ts'

/** The options that a file gives to a command of ours. */
function optionsOf(text: string, { commands, option }: Pick<Form, 'commands' | 'option'>, command: string) {
  const blocks = text.match(commands)?.filter((block) => block.includes(command)) ?? []
  return blocks.flatMap((block) =>
    [...block.slice(block.indexOf(command)).matchAll(option)].map(([, name = '']) => name),
  )
}

/** How a file writes commands down. */
interface Form {
  /** each of them, from its beginning to its end */
  readonly commands: RegExp
  /** an option in what follows the word of ours */
  readonly option: RegExp
  /** what stands before our command's word, and behind it */
  readonly quoted: (word: string) => string
}

const ICINGA: Form = {
  commands: /^object CheckCommand [\s\S]*?^\}/gm,
  option: /^ {4}"(--?[a-z-]+)" = /gm,
  quoted: (word) => `/lastalive", "${word}"`,
}
const NAGIOS: Form = {
  commands: /^ {2}command_line .*/gm,
  option: /\s(--?[a-z][a-z-]*)/g,
  quoted: (word) => `/lastalive ${word} `,
}

// What the servers make of them is seen in test/e2e/nagios.test.ts and icinga.test.ts.
describe.each([
  [about('icinga2.conf'), ICINGA],
  [about('nagios.cfg'), NAGIOS],
])('%s', (file, form) => {
  test.each([
    ['check', ['--url', '--key', '-w', '-c', '--name', '-t', '--config']],
    ['status', ['--max-age', '--state']],
  ])('gives %s no option that it has not', async (command, some) => {
    const written = optionsOf(readFileSync(join(EXAMPLES, file), 'utf8'), form, form.quoted(command))
    expect(written).toEqual(expect.arrayContaining(some))
    const { stdout } = await lastaliveAgain([command, '--help'])
    const missing = written.filter((option) => !new RegExp(`(^|\\s)${option}(\\s|,|$)`, 'm').test(stdout))
    expect(missing).toEqual([])
  })
})
