import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ICINGA_MISSING, icingaPlaces, type ServiceState, startIcinga, type TestIcinga } from '../support/icinga.ts'
import { exampleWith, type Monitored, makeMonitored, WORKERS } from '../support/monitored.ts'
import { parsePerfdata } from '../support/plugin-output.ts'
import { lastaliveAgain } from '../support/resident.ts'
import { makeTeller } from '../support/teller.ts'

const [OK, WARNING, CRITICAL, UNKNOWN] = [0, 1, 2, 3]

/** More databases for the rule of the example, and a service that takes no results. */
const MORE = ({ mail, locked }: Monitored): string => `
object Host "watch2" {
  check_command = "dummy"
  vars.lastalive_told = [ "mdx", "database mail", "test" ]
  vars.lastalive["late"] = {
    lastalive_url = "sqlite:${mail}"
    lastalive_key = "last_import"
    lastalive_warning = "1d"
    lastalive_critical = "3d"
  }
  vars.lastalive["keys"] = {
    lastalive_url = "sqlite:${mail}"
    lastalive_key = [ "last_alive=10m", "last_import=1h" ]
  }
  vars.lastalive["workers"] = {
    lastalive_url = "sqlite:${mail}"
    lastalive_key = "worker-*"
    lastalive_critical = "10m"
  }
  vars.lastalive["never"] = {
    lastalive_url = "sqlite:${mail}"
    lastalive_key = "never_written"
    lastalive_critical = "10m"
  }
  vars.lastalive["locked"] = {
    lastalive_url = "sqlite:${locked}"
    lastalive_key = "last_alive"
    lastalive_critical = "10m"
    lastalive_timeout = "3s"
  }
}
object Service "deaf" {
  host_name = "watch1"
  check_command = "passive"
  enable_active_checks = false
  enable_passive_checks = false
}
object ApiUser "stranger" {
  password = "write-another"
  permissions = [ "objects/query/Host" ]
}
`

describe.skipIf(icingaPlaces() === undefined)(`Icinga 2 (otherwise: ${ICINGA_MISSING})`, () => {
  let files: Monitored
  let icinga: TestIcinga

  beforeAll(async () => {
    files = makeMonitored()
    const places = {
      '/usr/local/bin/lastalive': files.plugin,
      '/var/lib/manitou/mail.db': files.mail,
      '/etc/lastalive/lastalive.yaml': files.config,
      '/var/lib/lastalive': files.state,
      '"/usr/bin/sudo", "-n", "-u", "lastalive", ': '',
    }
    icinga = await startIcinga(exampleWith('icinga2.conf', places) + MORE(files))
  })
  afterAll(async () => {
    await icinga?.remove()
    files?.remove()
  })

  const isChecked = ({ state }: ServiceState): boolean => state !== undefined
  const isIn = (state: number | undefined) => (found: ServiceState) => found.state === state

  const AGE = { unit: 's', warning: '300', critical: '600', min: '0' }

  test.each<[string, string, number | undefined, RegExp, object]>([
    [
      'OK',
      'watch1!lastalive-mdx',
      OK,
      /^OK - mdx: alive \d+ s ago \(limit 5 min\)$/,
      { label: 'mdx', value: expect.any(Number), ...AGE },
    ],
    [
      'WARNING',
      'watch2!lastalive-late',
      WARNING,
      /^WARNING - late: silent for 2 d \(limit 1 d\)$/,
      { label: 'late', value: expect.any(Number), unit: 's', warning: '86400', critical: '259200' },
    ],
    [
      'CRITICAL, of a configuration file',
      'watch1!backup',
      CRITICAL,
      /^CRITICAL - backup: silent for 42 min \(limit 10 min\)$/,
      { label: 'backup', value: expect.any(Number), ...AGE },
    ],
    [
      'UNKNOWN',
      'watch2!lastalive-never',
      UNKNOWN,
      /^UNKNOWN - never: no row for key never_written in runtime_info$/,
      { label: 'never', value: undefined },
    ],
    [
      'a timeout',
      'watch2!lastalive-locked',
      CRITICAL,
      /^CRITICAL - locked: not read: database locked: locked by another process for [\d.]+ s$/,
      { label: 'locked', value: undefined },
    ],
    [
      'a database that is not there',
      'watch1!lastalive-outbox',
      CRITICAL,
      /^CRITICAL - outbox: not read: database shop: no such file: \/var\/lib\/shop\/shop\.db$/,
      { label: 'outbox', value: undefined },
    ],
  ])('is shown %s', async (_, service, state, output, figure) => {
    await icinga.check(service)
    const found = await icinga.service(service, isChecked)
    expect(found).toMatchObject({ state, isActive: true })
    // The space before the bar is shown.
    expect(found.output.trimEnd()).toMatch(output)
    expect(found.perfdata.map((datum) => parsePerfdata(datum))).toMatchObject([[figure], [{}], [{}]])
  })

  test('hands the arguments over that a database has, and no others', async () => {
    await icinga.check('watch2!lastalive-keys')
    const { command } = await icinga.service('watch2!lastalive-keys', isChecked)
    const keys = ['--key', 'last_alive=10m', '--key', 'last_import=1h']
    const rest = ['--url', `sqlite:${files.mail}`, '-t', '10s']
    expect(command).toEqual([files.plugin, 'check', ...keys, ...rest])
  })

  test('is shown each of many keys, and the figures of all', async () => {
    await icinga.check('watch2!lastalive-keys')
    const { output, perfdata } = await icinga.service('watch2!lastalive-keys', isChecked)
    expect(output.split('\n')).toEqual([
      expect.stringMatching(/^CRITICAL - 1 critical, 1 ok: \S+: silent for 2 d \(limit 1 h\) $/),
      expect.stringMatching(/^CRITICAL - \S+: silent for 2 d \(limit 1 h\)$/),
      expect.stringMatching(/^OK - \S+: alive \d+ s ago \(limit 10 min\)$/),
    ])
    const labels = perfdata.map((datum) => parsePerfdata(datum).map(({ label }) => label))
    expect(labels).toEqual([
      [expect.stringContaining('import')],
      ['skew_mail'],
      ['response_mail'],
      [expect.stringContaining('alive')],
    ])
  })

  test('is shown the figures that the first line has no room for', async () => {
    await icinga.check('watch2!lastalive-workers')
    const { output, perfdata } = await icinga.service('watch2!lastalive-workers', isChecked)
    expect(output).toMatch(/^OK - all 61 are ok/)
    const labels = perfdata.flatMap((datum) => parsePerfdata(datum).map(({ label }) => label))
    expect(labels).toHaveLength(WORKERS + 3)
    expect(labels.filter((label) => /^[^/ ]+\/worker-of-some-length-\d+$/.test(label))).toHaveLength(WORKERS)
  })

  test('is shown that a service is back when it checks again', async () => {
    await icinga.check('watch1!backup')
    await icinga.service('watch1!backup', isIn(CRITICAL))
    files.revive()
    await icinga.check('watch1!backup')
    // One that is asked for while another is under way is passed over.
    const asking = setInterval(() => void icinga.check('watch1!backup').catch(() => undefined), 2_000)
    onTestFinished(() => clearInterval(asking))
    expect((await icinga.service('watch1!backup', isIn(OK))).output).toMatch(/^OK - backup: alive/)
  })

  test('is shown whether runs finish', async () => {
    await lastaliveAgain(['run', '--config', files.config, '--state', files.state])
    await icinga.check('watch1!runs')
    const { state, output, perfdata } = await icinga.service('watch1!runs', isChecked)
    expect([state, output.trimEnd()]).toEqual([
      OK,
      expect.stringMatching(/^OK - last run \d+ s ago in \S+ \(limit 5 min\)$/),
    ])
    expect(perfdata.map((datum) => parsePerfdata(datum))).toMatchObject([[{ label: 'last_run', critical: '300' }]])
  })

  const quietly = (code: number) => ({ code, stdout: '', stderr: '' })
  const at = (user = 'lastalive') => ({
    api: `https://${user}:write-another@localhost:${icinga.port}`,
    ca: icinga.authority,
  })

  // A host each: what comes through the command file has whole seconds for its time, and whatever is older than the
  // result before is passed over.
  const ways: readonly (readonly [way: string, host: string, keys: () => object])[] = [
    ['its API', 'watch1', () => at()],
    ['its command file', 'watch2', () => ({ command_file: icinga.commandFile, host: 'watch2' })],
  ]

  test.each(ways)('is told of an outage and of its end through %s', async (_, host, way) => {
    const teller = await makeTeller(way())
    teller.beat(2_525)
    expect(await teller.run()).toMatchObject(quietly(2))
    const opened = await icinga.service(`${host}!told-mdx`, isIn(CRITICAL))
    const [headline, foot] = opened.output.split('\n')
    expect([headline, foot, opened.isActive]).toEqual([
      'CRITICAL mdx: silent for 42 min (limit 10 min)',
      expect.stringMatching(/^Told by watch1: lastalive\.[0-9a-f]{40}@watch1$/),
      false,
    ])
    const [[outage] = []] = opened.perfdata.map((datum) => parsePerfdata(datum))
    expect(outage).toMatchObject({ label: 'outage', unit: 's', min: '0' })
    expect(outage?.value).toBeGreaterThanOrEqual(2_525 - 600)
    teller.beat(0)
    expect(await teller.run()).toMatchObject(quietly(0))
    const closed = await icinga.service(`${host}!told-mdx`, isIn(OK))
    expect(closed.output).toMatch(/^OK mdx: alive again after 42 min/)
  })

  test('shows who has looked', async () => {
    const teller = await makeTeller(at())
    expect(await teller.testAlert()).toMatchObject({ code: 0, stderr: '' })
    expect(await icinga.service('watch1!told-test', isIn(OK))).toMatchObject({ source: 'watch1', perfdata: [] })
  })

  test.each(ways)('is told of all that one message says through %s', async (_, host, way) => {
    const teller = await makeTeller(way(), { group: 'run' })
    teller.move('away')
    expect(await teller.run()).toMatchObject(quietly(2))
    const { output } = await icinga.service(`${host}!told-database mail`, isIn(CRITICAL))
    expect(output).toMatch(/^CRITICAL database mail: no such file: /)
    teller.move('back')
    teller.beat(2_525)
    expect(await teller.run()).toMatchObject(quietly(2))
    await icinga.service(`${host}!told-database mail`, isIn(OK))
    await icinga.service(`${host}!told-mdx`, isIn(CRITICAL))
    teller.beat(0)
    expect(await teller.run()).toMatchObject(quietly(0))
    await icinga.service(`${host}!told-mdx`, isIn(OK))
  })

  test.each([
    ...ways.slice(0, 1).map((way) => [...way, String.raw`a;b|c=1\n2\n[0] SHUTDOWN_PROCESS`] as const),
    ...ways.slice(1).map((way) => [...way, 'a;b¦c=1/n2/n[0] SHUTDOWN_PROCESS'] as const),
  ])('takes no text for anything but text through %s', async (_, host, way, shown) => {
    const teller = await makeTeller({ ...way(), service: 'told-test' })
    teller.see('a;b|c=1\\n2\n[0] SHUTDOWN_PROCESS', 2_525)
    expect(await teller.run()).toMatchObject(quietly(2))
    const { output } = await icinga.service(`${host}!told-test`, isIn(CRITICAL))
    expect(output.split('\n')[0]).toBe(`CRITICAL workers/${shown}: silent for 42 min (limit 10 min)`)
  })

  const told = (error: string) => ({ code: 4, stderr: expect.stringContaining(error) })

  test.each<[string, () => object, string]>([
    [
      'a service that it does not know, and what to create',
      () => ({ ...at(), service: 'nobody' }),
      'knows no service "watch1!nobody"; create it there',
    ],
    ['a user that may not', () => at('stranger'), 'the permission actions/process-check-result'],
    ['a user that it does not know', () => at('nobody'), 'with 401: Unauthorized'],
    ['a service that takes no results', () => ({ ...at(), service: 'deaf' }), 'with 403: Passive checks are disabled'],
    ['a certificate that nobody vouches for', () => ({ api: at().api }), 'is not trusted'],
  ])('refuses %s', async (_, icingaKeys, error) => {
    const teller = await makeTeller(icingaKeys())
    teller.beat(2_525)
    const { code, stderr } = await teller.run()
    expect({ code, stderr }).toEqual(told(error))
    expect(stderr).not.toContain('write-another')
  })
})
