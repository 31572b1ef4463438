import { expect, test } from 'vitest'
import { partsOfTable } from '../../../src/core/find/table-name.ts'

test.each<[string, string, readonly string[]]>([
  ['one name', 'beats', ['beats']],
  ['a name in a schema', 'app.beats', ['app', 'beats']],
  ['three names', 'srv.app.beats', ['srv', 'app', 'beats']],
  ['a quoted name with a dot', '"my.app".beats', ['my.app', 'beats']],
  ['a name behind a quoted one', '"a"."b"', ['a', 'b']],
  ['quotes within quotes', '"a""b""c".beats', ['a"b"c', 'beats']],
  ['a name in back quotes', 'app.`my.beats`', ['app', 'my.beats']],
  ['back quotes within back quotes', '`a``b``c`', ['a`b`c']],
  ['a quote within a bare name', `it's"5"`, [`it's"5"`]],
  ['a quote that is not closed, as it stands', '"app.beats', ['"app.beats']],
  ['a back quote that is not closed, as it stands', '`app.beats', ['`app.beats']],
  ['nothing behind the dot, as it stands', 'app.', ['app.']],
  ['nothing between two dots, as it stands', 'app..beats', ['app..beats']],
  ['text behind a quoted name, as it stands', '"app"x.beats', ['"app"x.beats']],
])('reads %s', (_, written, parts) => expect(partsOfTable(written)).toEqual(parts))
