import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND, runProgram } from '../support/command.ts'
import { onOtherHost } from '../support/other-host.ts'
import { lastaliveAgain } from '../support/resident.ts'
import { ALERT, epoch, makeSqliteScene, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'
import { makeWatchingScene } from '../support/watching.ts'

/** The age of a beat past the critical limit, in seconds. */
const SILENT = 2_525

describe('a mail server', () => {
  test.each([
    ['the whole name of this host', 'watch.example.org', '', 'watch.example.org'],
    ['it without what strict servers refuse', 'Watch_1.example.org', '', 'watch-1.example.org'],
    ['the domain of the sender, where this host has no whole name', 'vm', '', 'domain.tld'],
    ['the name that is given', 'vm', '?name=watch.example.org', 'watch.example.org'],
  ])('is told %s', async (_, name, more, client) => {
    const line = await makeSqliteScene()
    line.beat(SILENT)
    const env = onOtherHost({ name })
    expect(await line.run(['--smtp', `${line.smtp.url}${more}`], { env })).toMatchObject({ code: 2, stderr: '' })
    expect(line.mails()).toMatchObject([{ client }])
  })

  test.each(['(none)', 'My Host', ''])('needs a sender where the host is called "%s"', async (name) => {
    const watching = await makeWatchingScene()
    const [env, words] = [onOtherHost({ name }), `is missing, and this host's name, "${name}", makes no address`]
    watching.watch({ mdx: { key: 'k', critical: '10m' } }, { notifiers: { ops: { mail: { to: ALERT } } } })
    expect(await watching.command(['validate'], { env })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`notifiers.ops.mail.from: ${words}; write alert@domain.tld`),
    })
    const line = ['--url', `sqlite:${watching.path}`, '--key', 'k', '--critical', '10m', '--to', ALERT]
    expect(await lastaliveAgain(['validate', ...line], { env })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`--from: ${words}`),
    })
  })
})

describe('a mail program', () => {
  const KEY = { key: 'last_alive', critical: '10m' }
  const SILENCE = `${RUNTIME_INFO}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch(-SILENT)}')`

  async function watchBy(sendmail: string | readonly string[]) {
    const watching = await makeWatchingScene(SILENCE)
    watching.watch({ mdx: KEY }, { notifiers: { ops: { mail: { to: ALERT, from: SENDER, sendmail } } } })
    return watching
  }

  test('may have arguments, in a list', async () => {
    const { path, calls, stop } = await makeSendmail()
    onTestFinished(stop)
    const watching = await watchBy([path, '-a', 'my account'])
    expect(await watching.command(['validate'])).toMatchObject({ code: 0, stderr: '' })
    expect(await watching.command(['run'])).toMatchObject({ code: 2, stderr: '' })
    expect(await calls()).toMatchObject([{ args: ['-a', 'my account', '-i', '-f', SENDER, '--', ALERT] }])
  })

  test('with its arguments in one text is refused by validate', async () => {
    const watching = await watchBy('/usr/bin/msmtp -a default')
    expect(await watching.command(['validate'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('list in the configuration: sendmail: [/usr/bin/msmtp, -a, default]'),
    })
  })

  test('may have a blank in its path', async () => {
    const { path, calls, stop } = await makeSendmail()
    onTestFinished(stop)
    const blank = `${path} of mine`
    symlinkSync(path, blank)
    const watching = await watchBy(blank)
    expect(await watching.command(['run'])).toMatchObject({ code: 2, stderr: '' })
    expect(await calls()).toHaveLength(1)
  })
})

describe('a mail', () => {
  test('says how often it was before, and how long the last time', async () => {
    const line = await makeSqliteScene()
    const mails = []
    for (const age of [SILENT, 0, SILENT, 0, SILENT]) {
      line.beat(age)
      await line.run()
      mails.push(...line.mails().map(({ parsed }) => parsed.text ?? ''))
    }
    const again = mails.map((text) => /Again: +(.*)/.exec(text)?.[1])
    expect(again).toEqual([
      undefined,
      undefined,
      expect.stringMatching(/^second time in 7 days, last on [A-Z][a-z]{2} \d+ [A-Z][a-z]{2} for 42 min$/),
      undefined,
      expect.stringMatching(/^third time in 7 days, last on [A-Z][a-z]{2} \d+ [A-Z][a-z]{2} for 42 min$/),
    ])
  })

  test('names what to type next, which may be pasted into a shell', async () => {
    const line = await makeSqliteScene()
    line.beat(SILENT)
    const lockfile = join(line.dir, "it's $HOME.lck")
    await line.run(['--lockfile', lockfile])
    const [mail] = line.mails()
    const commands = [...(mail?.parsed.text ?? '').matchAll(/: (lastalive \w+ --lockfile .*)/g)].map(
      ([, words]) => words,
    )
    const said = await Promise.all(
      commands.map((words) =>
        runProgram(['/bin/sh', '-c', `lastalive() { node "$COMMAND" "$@"; }; ${words}`], { env: { COMMAND } }),
      ),
    )
    expect(said).toMatchObject([
      { code: 2, stdout: expect.stringContaining('mdx') },
      { code: 0, stdout: expect.stringMatching(/^acknowledged mdx until it is worse, or over: silent for 42 min/) },
      { code: 0, stdout: expect.stringContaining('silenced') },
    ])
  })
})
