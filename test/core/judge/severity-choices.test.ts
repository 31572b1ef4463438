import { expect, test } from 'vitest'
import { CLOCKS, JUDGES, MEASURES, rank, SEVERITIES, UNITS, VANISHED } from '../../../src/core/judge/severity.ts'

test('severities rise', () => {
  expect(SEVERITIES).toHaveLength(4)
  expect(SEVERITIES.map(rank)).toEqual([0, 1, 2, 3])
})

test('a row that is gone is as bad as anything may be, or closed', () =>
  expect(VANISHED).toEqual(['closed', ...SEVERITIES.filter((severity) => severity !== 'ok')]))

test.each<[string, readonly string[], readonly string[]]>([
  ['values are measured', MEASURES, ['age', 'number']],
  ['rows are judged', JUDGES, ['each', 'any', 'all']],
  ['numbers are instants', UNITS, ['auto', 's', 'ms', 'us', 'ns', 'julian', 'excel', 'dotnet', 'filetime', 'apple']],
  ['clocks are asked', CLOCKS, ['database', 'local']],
])('%s in these ways and no others', (_, offered, known) => expect(offered).toEqual(known))
