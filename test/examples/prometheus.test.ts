import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseExposition } from '../support/exposition.ts'
import { PROMETHEUS_MISSING, prometheusProgram, promtool } from '../support/prometheus.ts'
import { epoch } from '../support/scene.ts'
import {
  about,
  copyPrivately,
  EXAMPLES,
  makeDirectory,
  makeTable,
  pathWithCommand,
  start,
  startServer,
} from './surroundings.ts'

const RULES = join(EXAMPLES, 'prometheus-rules.yml')
const RULES_TEST = join(import.meta.dirname, '../data/prometheus-rules.test.yml')

/** Has the line of the crontab run once, with a service that was last alive so many seconds ago. */
async function runLine(secondsAgo: number) {
  const [, line = ''] = /^\* \* \* \* \* (.+)$/m.exec(readFileSync(join(EXAMPLES, 'crontab-prometheus'), 'utf8')) ?? []
  const [home, database, smtp] = [makeDirectory(), makeTable(), await startServer()]
  database.set('last_alive', epoch(-secondsAgo))
  mkdirSync(join(home, '.config/lastalive'), { recursive: true })
  copyPrivately('sqlite.yaml', join(home, '.config/lastalive/lastalive.yaml'))
  const places = { HOME: home, LASTALIVE_STATE: join(home, 'state'), TEXTFILES: home }
  const env = { ...places, APP_DB: database.path, SMTP_URL: smtp.url, PATH: pathWithCommand() }
  const outcome = await start('sh', ['-c', line], env)
  return { outcome, smtp, text: readFileSync(join(home, 'lastalive.prom'), 'utf8') }
}

describe(about('crontab-prometheus'), () => {
  test('its line tells, prints nothing, and leaves the figures', async () => {
    const { outcome, smtp, text } = await runLine(2_525)
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(smtp.messages).toHaveLength(1)
    const states = parseExposition(text).samples.filter(({ name }) => name === 'lastalive_state')
    expect(states.map(({ labels, value }) => [labels.check, value])).toEqual([
      ['database:app', 0],
      ['app', 2],
    ])
  })
})

describe.skipIf(prometheusProgram('promtool') === undefined)(
  `${about('prometheus-rules.yml')} (${PROMETHEUS_MISSING} where skipped)`,
  () => {
    const text = readFileSync(RULES, 'utf8')
    const alerts = [...text.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name)

    test('is what promtool takes for rules', async () => {
      const found = `SUCCESS: ${alerts.length} rules found`
      expect(await promtool(['check', 'rules', RULES])).toEqual({ code: 0, words: expect.stringContaining(found) })
    })

    test('has alerts that fire when they should, and not before', async () => {
      expect(await promtool(['test', 'rules', RULES_TEST])).toMatchObject({ code: 0 })
    })

    test.each(alerts)('%s is seen to fire, and to be quiet', async (alert) => {
      const other = join(makeDirectory(), 'rules.yml')
      const tested = readFileSync(RULES_TEST, 'utf8').replace('../../examples/prometheus-rules.yml', other)
      writeFileSync(`${other}.test`, tested)
      for (const expression of ['absent(up) > 1', 'vector(1)']) {
        writeFileSync(other, withExpression(text, alert, expression))
        expect(await promtool(['test', 'rules', `${other}.test`]), expression).toMatchObject({ code: 1 })
      }
    })

    test('asks for names that there are', async () => {
      const there = [...parseExposition((await runLine(0)).text).families.keys()]
      const asked = new Set([...text.matchAll(/expr: .*/g)].flatMap(([line]) => line.match(/lastalive_\w+/g) ?? []))
      expect(asked.size).toBe(5)
      expect(there).toEqual(expect.arrayContaining([...asked]))
    })
  },
)

/** The rules with another expression in the place of an alert's own. */
function withExpression(rules: string, alert: string, expression: string): string {
  return rules.replace(new RegExp(`(- alert: ${alert}\\n +expr: ).*`), `$1${expression}`)
}
