import { describe, expect, test } from 'vitest'
import { formatMetric } from '../../../src/cli/output/perfdata.ts'
import { parsePerfdata } from '../../../src/sources/command/perfdata.ts'
import { dividePrinted } from '../../../src/sources/command/plugin.ts'

/** As they are printed where the check stands alone. */
function written(text: string): string {
  return parsePerfdata(text, 'a')
    .map((metric) => formatMetric({ ...metric, name: metric.label ?? metric.name }))
    .join(' ')
}

describe('figures as plugins write them', () => {
  test.each([
    ['load1=0.080;5.000;9.000;0; load5=0.1;;;0;', 'load1=0.080;5.000;9.000;0; load5=0.1;;;0;'],
    ["'A B'=1766;7000;10000;;", "'A B'=1766;7000;10000;;"],
    ['/=25B;24;25;0;27  /home=5B', '/=25B;24;25;0;27 /home=5B'],
    ["'CPU Load' = 11%", "'CPU Load'=11%"],
    ['users=20,', ''],
    ['time=6,049s', ''],
    ['users=20, time=6,049s ok=1', 'ok=1'],
    ['a=U b=2ms;@1:2;~:3', 'a=U b=2ms;@1:2;~:3'],
    ['a=.5s b=1e3 c=+2', 'a=0.5s b=1000 c=2'],
    ['a=1;x;y', 'a=1'],
    ['a=NaN b=inf c=1e999 d=--1 e= f', ''],
    ["=5 a=b=c ''=3 'open=4", ''],
    ["it''s=1", ''],
    ["'it''s'=1", expect.stringMatching(/^it_s~\w{6}=1$/)],
    ['a\x1b[2J=1', expect.stringMatching(/^'a\\x1b\[2J~\w{6}'=1$/)],
    ['', ''],
  ])('%j', (text, figures) => expect(written(text)).toEqual(figures))

  test('are read with their units', () => {
    const values = parsePerfdata('a=5ms b=3B c=7% d=2c e=4MB f=U', 'x').map(({ name, value, unit }) => [
      name,
      value,
      unit,
    ])
    expect(values).toEqual([
      ['x_a', 0.005, 's'],
      ['x_b', 3, 'B'],
      ['x_c', 7, '%'],
      ['x_d', 2, ''],
      ['x_e', 4, ''],
      ['x_f', undefined, ''],
    ])
  })

  test('may not be any number, and take no time', () => {
    const begun = performance.now()
    expect(parsePerfdata('a=1 '.repeat(60_000), 'x')).toHaveLength(200)
    expect(parsePerfdata("'".repeat(200_000), 'x')).toHaveLength(0)
    expect(parsePerfdata(' '.repeat(200_000), 'x')).toHaveLength(0)
    expect(performance.now() - begun).toBeLessThan(1_000)
  })
})

test.each([
  ['OK - well|a=1', 'OK - well', 'a=1'],
  ['OK - well\nmore\nof it | a=1\nb=2', 'OK - well', 'a=1\nb=2'],
  ['OK - well | a=1\nmore | b=2\nc=3', 'OK - well', 'a=1  b=2\nc=3'],
  ['\n\nOK\r\nmore', 'OK', ''],
  ['', '', ''],
])('divides %j', (text, words, perfdata) => expect(dividePrinted(text)).toEqual({ words, perfdata }))
