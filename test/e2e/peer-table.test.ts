import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { DOWN } from '../support/configured.ts'
import { MEETINGS, type Meeting } from '../support/meeting.ts'
import { ALERT, epoch, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

const MDX = { key: 'mdx', critical: '10m' }
const LIMIT = '4s'
/** Longer than the limit, in milliseconds. */
const LONG = 4_100
const QUIET = { code: 0, stdout: '', stderr: '' }

const mailbox = (smtp: string) => ({ notifiers: { ops: { mail: { to: ALERT, from: SENDER, smtp } } } })

describe.each(MEETINGS)('peers that meet in $kind', ({ kind, canMeet, meet }) => {
  describe.skipIf(!canMeet)('(where its server is at hand)', () => {
    let place: Meeting
    let watch1: WatchingScene
    let watch2: WatchingScene

    beforeAll(async () => {
      place = await meet()
      const made = await lastalive(['schema', 'watchers', '--url', place.owner, ...place.roles, '--apply'])
      expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lastalive_watcher is there, in /) })
    })
    afterAll(() => place?.remove())

    beforeEach(async () => {
      await place.query('DELETE FROM lastalive_watcher')
      watch1 = await makeWatchingScene()
      watch2 = await makeWatchingScene(RUNTIME_INFO)
      watches({})
      alive(true)
    })

    /** What the first expects of the second. Its only use of a database is this. */
    const watches = (more: Readonly<Record<string, unknown>>): void =>
      watch1.watch(
        { watch2: { peer: { database: 'meet', name: 'watch2' }, critical: LIMIT, ...more } },
        { databases: { meet: place.reader } },
      )

    /** What the second watches, and where it tells of it. */
    const second = (checks: Parameters<WatchingScene['watch']>[0], more: object = {}): void =>
      watch2.watch(checks, {
        instance: 'watch2',
        databases: { app: `sqlite:${watch2.path}`, meet: place.writer },
        ...more,
      })

    /** Whether what the second watches is alive. */
    const alive = (is: boolean): void => {
      const write = watch2.database.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)')
      write.run('mdx', epoch(is ? 0 : -3_600))
    }

    const beats = () => watch2.command(['run', '--beat-to', 'meet'])

    /** The first runs; what it tells of the second. */
    const tells = async (): Promise<readonly string[]> => {
      const { stdout, stderr } = await watch1.command(['run'])
      expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' })
      return watch1.subjects()
    }

    test('each of five answers is given, two at once, and none is forgotten until it is mended', async () => {
      second({ mdx: MDX })
      expect(await tells()).toEqual([
        expect.stringMatching(
          /CRITICAL watch2: no answer: there is no row watch2 in lastalive_watcher of database meet$/,
        ),
      ])
      expect(await beats()).toMatchObject(QUIET)
      expect(await tells()).toEqual([expect.stringMatching(/OK watch2: /)])
      expect((await watch1.judged()).watch2).toMatch(/^ok: fine: its last run was \d+ s ago$/)
      await sleep(LONG)
      expect(await tells()).toEqual([
        expect.stringMatching(/CRITICAL watch2: no answer: its last run was \d+ s ago \(limit 4 s\)$/),
      ])
      second({ mdx: MDX }, mailbox(DOWN))
      alive(false)
      await beats()
      expect(await tells()).toEqual([expect.stringMatching(/OK watch2: /)])
      await sleep(LONG)
      // Its only check looks at a peer, and what was due has never been heard.
      second({ other: { peer: '/proc/nonexistent' } }, mailbox(DOWN))
      await beats()
      const [both, ...more] = await tells()
      expect([both, more]).toEqual([
        expect.stringMatching(/watch2\/telling.*watch2\/checks|watch2\/checks.*watch2\/telling|2 /),
        [],
      ])
      expect(await watch1.judged()).toMatchObject({
        watch2: expect.stringMatching(/^ok: fine/),
        'watch2/telling': expect.stringMatching(/^critical: cannot tell: nothing was accepted since /),
        'watch2/checks': 'critical: runs no checks',
      })
      await place.query("UPDATE lastalive_watcher SET last_run = 'True'")
      expect(await tells()).toEqual([
        expect.stringMatching(/CRITICAL watch2: strange answer: not what a run leaves: True$/),
      ])
      const open = async (): Promise<readonly string[]> =>
        JSON.parse((await watch1.command(['status', '--format', 'json'])).stdout).incidents.map(
          ({ item }: { item: string | null }) => item,
        )
      expect((await open()).toSorted()).toEqual(['checks', 'telling', null].toSorted())
      second({ mdx: MDX })
      await beats()
      expect((await tells()).join('\n')).toMatch(/OK/)
      expect(await open()).toEqual([])
    })

    test('a database that is away keeps nothing from being told, and is said', async () => {
      second({ mdx: MDX })
      expect(await beats()).toMatchObject(QUIET)
      await tells()
      await place.away()
      try {
        alive(false)
        const begun = Date.now()
        const run = await watch2.command(['run', '-t', '6', '--beat-to', 'meet'])
        expect(run).toMatchObject({
          code: 4,
          stderr: expect.stringMatching(
            /^lastalive: nothing is left for peers in lastalive_watcher of database meet: .*\n$/,
          ),
        })
        expect(Date.now() - begun).toBeLessThan(7_500)
        expect(watch2.subjects()).toEqual([expect.stringContaining('mdx')])
        expect(await tells()).toEqual([
          expect.stringMatching(
            /CRITICAL watch2: no answer: cannot read lastalive_watcher of database meet: (cannot connect|locked)/,
          ),
        ])
      } finally {
        await place.back()
      }
      await beats()
      expect(await tells()).toEqual([expect.stringMatching(/OK watch2: /)])
    })

    // The mode of a file says who may write to it.
    test.each(kind === 'SQLite' ? [] : ['whoever may only read'])('%s is told what it lacks', async () => {
      watch2.watch({ mdx: MDX }, { databases: { app: `sqlite:${watch2.path}`, meet: place.reader } })
      const { code, stderr } = await beats()
      expect([code, stderr]).toEqual([4, expect.stringMatching(/lastalive_watcher of database meet: .*denied/)])
      if (kind === 'PostgreSQL') {
        expect(stderr).toContain('; GRANT SELECT, INSERT, UPDATE ON lastalive_watcher TO reader\n')
        const { stderr: unmade } = await lastalive(['schema', 'watchers', '--url', place.reader, '--apply'])
        expect(unmade).toContain('; GRANT CREATE ON SCHEMA "public" TO reader\n')
      }
    })

    test('what it prints makes the same table', async () => {
      await place.query('DROP TABLE lastalive_watcher')
      const { stdout } = await lastalive(['schema', 'watchers', '--url', place.owner, ...place.roles])
      second({ mdx: MDX })
      const without = await beats()
      expect([without.code, without.stderr]).toEqual([
        4,
        expect.stringMatching(/ of database meet: .*; make it: lastalive schema watchers --url … --apply\n$/),
      ])
      expect((await watch1.judged()).watch2).toMatch(/^critical: no answer: cannot read lastalive_watcher /)
      place.paste(stdout)
      expect(await beats()).toMatchObject(QUIET)
      expect((await watch1.judged()).watch2).toMatch(/^ok: fine/)
      expect((await lastalive(['schema', 'watchers', '--url', place.owner, '--apply'])).code).toBe(0)
    })

    test('a table of that name that is another is refused', async () => {
      await place.query('DROP TABLE lastalive_watcher')
      await place.query('CREATE TABLE lastalive_watcher (name varchar(20))')
      const { code, stderr } = await lastalive(['schema', 'watchers', '--url', place.owner, '--apply'])
      expect([code, stderr]).toEqual([
        4,
        expect.stringMatching(/^lastalive: cannot make lastalive_watcher in .*beat_at/),
      ])
      await place.query('DROP TABLE lastalive_watcher')
      await lastalive(['schema', 'watchers', '--url', place.owner, ...place.roles, '--apply'])
    })

    test('two watchers of one name are told apart, by whoever of them runs', async () => {
      const third = await makeWatchingScene(RUNTIME_INFO)
      third.database.prepare('INSERT INTO runtime_info VALUES (?, ?)').run('mdx', epoch(0))
      third.watch({ mdx: MDX }, { instance: 'watch2', databases: { app: `sqlite:${third.path}`, meet: place.writer } })
      second({ mdx: MDX })
      expect(await beats()).toMatchObject(QUIET)
      expect(await beats()).toMatchObject(QUIET)
      expect(await third.command(['run', '--beat-to', 'meet'])).toMatchObject(QUIET)
      expect(await beats()).toMatchObject({
        code: 4,
        stderr:
          'lastalive: another watcher is called watch2 as well, in lastalive_watcher of database meet: give each an instance of its own\n',
      })
    })
  })
})
