import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { about, EXAMPLES } from './surroundings.ts'

// What the servers make of them is seen in test/e2e/nagios.test.ts and icinga.test.ts.
describe.each([
  [about('icinga2.conf'), /^ {4}"(--?[a-z-]+)" = /gm],
  [about('nagios.cfg'), /(?<=^ {2}command_line .*\s)(--?[a-z][a-z-]*)/gm],
])('%s', (file, options) => {
  test('gives check no option that it has not', async () => {
    const written = [...readFileSync(join(EXAMPLES, file), 'utf8').matchAll(options)].map(([, option = '']) => option)
    expect(written).toEqual(expect.arrayContaining(['--url', '--key', '-w', '-c', '--name', '-t', '--config']))
    const { stdout } = await lastalive(['check', '--help'])
    const missing = written.filter((option) => !new RegExp(`(^|\\s)${option}(\\s|,|$)`, 'm').test(stdout))
    expect(missing).toEqual([])
  })
})
