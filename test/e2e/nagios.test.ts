import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { exampleWith, type Monitored, makeMonitored, WORKERS } from '../support/monitored.ts'
import { NAGIOS_MISSING, nagiosProgram, startNagios, type TestNagios } from '../support/nagios.ts'
import { parsePerfdata } from '../support/plugin-output.ts'
import { lastaliveAgain } from '../support/resident.ts'
import { makeTeller } from '../support/teller.ts'

/** Beside those of the example. */
const MORE = (files: Monitored): string => `
define service {
  use                  lastalive
  service_description  never
  _LASTALIVE_URL       sqlite:${files.mail}
  _LASTALIVE_KEY       never_written
}
define service {
  use                  lastalive
  service_description  locked
  _LASTALIVE_URL       sqlite:${files.locked}
}
define service {
  use                  lastalive
  service_description  gone
  _LASTALIVE_URL       sqlite:${files.mail}.gone
}
define service {
  use                  lastalive
  service_description  rows
  _LASTALIVE_URL       sqlite:${files.mail}
  _LASTALIVE_KEY       last_*
}
define service {
  use                  lastalive
  service_description  workers
  _LASTALIVE_URL       sqlite:${files.mail}
  _LASTALIVE_KEY       worker-*
}
`

const [OK, WARNING, CRITICAL, UNKNOWN] = ['0', '1', '2', '3']

type Fields = Readonly<Record<string, string>>
const isChecked = ({ has_been_checked: checked }: Fields): boolean => checked === '1'

describe.skipIf(nagiosProgram() === undefined)(`Nagios (otherwise: ${NAGIOS_MISSING})`, () => {
  let files: Monitored
  let nagios: TestNagios

  beforeAll(async () => {
    files = makeMonitored()
    const places = {
      '/usr/local/bin/lastalive': files.plugin,
      '/var/lib/manitou/mail.db': files.mail,
      '/etc/lastalive/lastalive.yaml': files.config,
      '/var/lib/lastalive': files.state,
      '/usr/bin/sudo -n -u lastalive ': '',
    }
    nagios = await startNagios(exampleWith('nagios.cfg', places) + MORE(files))
  })
  afterAll(async () => {
    await nagios?.remove()
    files?.remove()
  })

  /** What its file of performance data says of a service, taken apart. */
  const figuresOf = (service: string) =>
    eventually(
      () => {
        const [line] = nagios.perfdata().filter((written) => written.service === service)
        return line === undefined ? undefined : parsePerfdata(line.perfdata)
      },
      { what: `performance data of ${service}` },
    )

  const AGE = { unit: 's', warning: '300', critical: '600', min: '0' }

  test.each<[string, string, string, RegExp, object]>([
    [
      'OK',
      'mdx',
      OK,
      /^OK - mdx: alive \d+ s ago \(limit 5 min\)$/,
      { label: 'mdx', value: expect.any(Number), ...AGE },
    ],
    [
      'WARNING',
      'imports',
      WARNING,
      /^WARNING - imports: silent for 2 d \(limit 1 d\)$/,
      { label: 'imports', value: expect.any(Number), unit: 's', warning: '86400', critical: '259200' },
    ],
    [
      'CRITICAL, of a configuration file',
      'backup',
      CRITICAL,
      /^CRITICAL - backup: silent for 42 min \(limit 10 min\)$/,
      { label: 'backup', value: expect.any(Number), ...AGE },
    ],
    [
      'UNKNOWN',
      'never',
      UNKNOWN,
      /^UNKNOWN - never: no row for key never_written in runtime_info$/,
      { label: 'never', value: undefined, unit: '' },
    ],
    [
      'a timeout',
      'locked',
      CRITICAL,
      /^CRITICAL - locked: not read: database locked: locked by another process for [\d.]+ s$/,
      { label: 'locked', value: undefined },
    ],
    [
      'a database that is not there',
      'gone',
      CRITICAL,
      /^CRITICAL - gone: not read: database mail.db: no such file: \S+$/,
      { label: 'gone', value: undefined },
    ],
  ])('is shown %s', async (_, service, state, output, figure) => {
    const fields = await nagios.service(service, isChecked)
    expect(fields).toMatchObject({ current_state: state, check_type: '0', long_plugin_output: '' })
    expect(fields.plugin_output).toMatch(output)
    expect(parsePerfdata(fields.performance_data ?? '')).toMatchObject([figure, {}, {}])
    expect(await figuresOf(service)).toMatchObject([figure, {}, {}])
  })

  test('is shown each of many rows, and the figures of all', async () => {
    const fields = await nagios.service('rows', isChecked)
    expect(fields.plugin_output).toBe('CRITICAL - 1 critical, 2 ok: rows/last_import: silent for 2 d (limit 10 min)')
    expect(fields.long_plugin_output).toMatch(
      /^CRITICAL - rows\/last_import: .*\\nOK - rows: .*\\nOK - rows\/last_alive: alive [^|]*$/,
    )
    const labels = ['rows/last_import', 'skew_mail', 'response_mail', 'rows', 'rows/last_alive']
    for (const figures of [parsePerfdata(fields.performance_data ?? ''), await figuresOf('rows')]) {
      expect(figures.map(({ label }) => label).toSorted()).toEqual(labels.toSorted())
    }
  })

  test('is shown the figures that the first line has no room for', async () => {
    const fields = await nagios.service('workers', isChecked)
    expect(fields.plugin_output).toMatch(/^OK - all 61 are ok/)
    for (const figures of [parsePerfdata(fields.performance_data ?? ''), await figuresOf('workers')]) {
      const labels = figures.map(({ label }) => label)
      expect(labels).toHaveLength(WORKERS + 3)
      expect(labels.filter((label) => /^workers\/worker-of-some-length-\d+$/.test(label))).toHaveLength(WORKERS)
    }
  })

  test('is shown that a service is back when it checks again', async () => {
    await nagios.service('backup', isChecked)
    files.revive()
    nagios.command(`SCHEDULE_FORCED_SVC_CHECK;watch1;backup;${Math.floor(Date.now() / 1_000)}`)
    const { plugin_output: output } = await nagios.service('backup', ({ current_state: state }) => state === OK)
    expect(output).toMatch(/^OK - backup: alive/)
  })

  test('is shown whether runs finish', async () => {
    const late = await nagios.service('runs', isChecked)
    expect(late).toMatchObject({
      current_state: CRITICAL,
      plugin_output: `CRITICAL - no run has finished in ${files.state} (limit 5 min): is cron running?`,
    })
    await lastaliveAgain(['run', '--config', files.config, '--state', files.state])
    nagios.command(`SCHEDULE_FORCED_SVC_CHECK;watch1;runs;${Math.floor(Date.now() / 1_000)}`)
    const found = await nagios.service('runs', ({ current_state: state }) => state === OK)
    expect(found.plugin_output).toMatch(/^OK - last run \d+ s ago in \S+ \(limit 5 min\)$/)
    const figure = { label: 'last_run', value: expect.any(Number), unit: 's', critical: '300', min: '0' }
    expect(parsePerfdata(found.performance_data ?? '')).toMatchObject([figure])
  })

  const quietly = (code: number) => ({ code, stdout: '', stderr: '' })

  test('is told of an outage and of its end, once each', async () => {
    const teller = await makeTeller({ command_file: nagios.commandFile })
    teller.beat(2_525)
    expect(await teller.run()).toMatchObject(quietly(2))
    const opened = await nagios.service('told-mdx', ({ current_state: state }) => state === CRITICAL)
    expect(opened).toMatchObject({
      plugin_output: 'CRITICAL mdx: silent for 42 min (limit 10 min)',
      long_plugin_output: expect.stringMatching(/^Told by watch1: lastalive\.[0-9a-f]{40}@watch1(\\n)?$/),
      check_type: '1',
      state_type: '1',
    })
    const [{ value = 0 } = {}] = parsePerfdata(opened.performance_data ?? '')
    expect(value).toBeGreaterThanOrEqual(2_525 - 600)
    expect(await teller.run()).toMatchObject(quietly(2))
    teller.beat(0)
    expect(await teller.run()).toMatchObject(quietly(0))
    const closed = await nagios.service('told-mdx', ({ current_state: state }) => state === OK)
    expect(closed.plugin_output).toMatch(/^OK mdx: alive again after 42 min/)
    expect(nagios.log().match(/PASSIVE SERVICE CHECK: watch1;told-mdx;/g)).toHaveLength(2)
  })

  test('is told of all that one message says', async () => {
    const teller = await makeTeller({ command_file: nagios.commandFile }, { group: 'run' })
    teller.move('away')
    expect(await teller.run()).toMatchObject(quietly(2))
    const { plugin_output: output } = await nagios.service(
      'told-database mail',
      ({ current_state: state }) => state === CRITICAL,
    )
    expect(output).toMatch(/^CRITICAL database mail: no such file: /)
    teller.move('back')
    teller.beat(2_525)
    expect(await teller.run()).toMatchObject(quietly(2))
    await nagios.service('told-database mail', ({ current_state: state }) => state === OK)
    await nagios.service('told-mdx', ({ current_state: state }) => state === CRITICAL)
    teller.beat(0)
    expect(await teller.run()).toMatchObject(quietly(0))
    await nagios.service('told-mdx', ({ current_state: state }) => state === OK)
  })

  test('takes no text for anything but text', async () => {
    const teller = await makeTeller({ command_file: nagios.commandFile, service: 'told-mdx' })
    teller.see('a;b|c=1\\n2\n[0] SHUTDOWN_PROGRAM', 2_525)
    expect(await teller.run()).toMatchObject(quietly(2))
    const { plugin_output: output } = await nagios.service('told-mdx', ({ current_state: state }) => state === CRITICAL)
    expect(output).toBe('CRITICAL workers/a:b¦c=1/n2/n[0] SHUTDOWN_PROGRAM: silent for 42 min (limit 10 min)')
  })

  test('says of a service that it does not know only in its log', async () => {
    const teller = await makeTeller({ command_file: nagios.commandFile, service: 'nobody' })
    expect(await teller.testAlert()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('told nms: accepted by icinga nms'),
    })
    const isLogged = () => (/Warning:.*'nobody' on host 'watch1'/.test(nagios.log()) ? true : undefined)
    expect(await eventually(isLogged, { what: () => nagios.log() })).toBe(true)
  })

  test('is owed what it was not there for', async () => {
    const other = await startNagios(exampleWith('nagios.cfg', {}))
    const teller = await makeTeller({ command_file: other.commandFile })
    teller.beat(2_525)
    await other.remove()
    expect(await teller.run()).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('does not exist; start Nagios'),
    })
  })
})
