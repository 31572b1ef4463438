import { expect, test } from 'vitest'
import { aliveTables, expectWords, HOSTILE, LONG, MEANT } from '../support/cures.ts'
import { makeWatchingScene } from '../support/watching.ts'

test('what is not there in SQLite is told with what is', async () => {
  const scene = await makeWatchingScene(
    `${aliveTables(['runtime_infos'])} CREATE TABLE flags (rt_key text, rt_value blob);
     INSERT INTO flags VALUES ('last_alive', x'ff'); ${aliveTables([`"${HOSTILE.replaceAll('"', '""')}"`])}`,
  )
  await expectWords(scene, [
    ['a table', { table: 'runtime_info' }, 'no such table: runtime_info; did you mean runtime_infos?'],
    [
      'another table',
      { table: 'heartbeat' },
      expect.stringMatching(/^no such table: heartbeat; tables there are runtime_infos, flags, /),
    ],
    [
      'a table in SQL',
      { query: 'SELECT max(rt_value) FROM runtime_info' },
      'no such table: runtime_info; did you mean runtime_infos?',
    ],
    ['a key column', { table: 'flags', key_column: 'rt_kye' }, 'no such column: t.rt_kye; did you mean rt_key?'],
    [
      'a value column',
      { table: 'flags', value_column: 'rtvalue' },
      'no such column: t.rtvalue; did you mean rt_value?',
    ],
    [
      'another column',
      { table: 'flags', value_column: 'beat' },
      'no such column: t.beat; columns there are rt_key, rt_value',
    ],
    [
      'a column in SQL',
      { query: 'SELECT f.rt_valeu FROM flags f' },
      'no such column: f.rt_valeu; did you mean rt_value?',
    ],
    ['a wrong type', { table: 'flags' }, 'last_alive: a value of type blob is not a timestamp'],
    ['a strange table', { table: HOSTILE.slice(0, -4) }, `no such table: we"ird's \`a\`\\x7cb \\x1b; ${MEANT}`],
    [
      'a table of 300 letters',
      { table: LONG },
      expect.stringMatching(/^no such table: x{184}…; tables there are runtime_infos, flags, /),
    ],
  ])
})
