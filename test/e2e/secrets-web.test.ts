import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENCODED, everythingFrom, leaksIn, PASSWORD, UNENCODED, WORD } from '../support/leaks.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'
import { startWeb, type WebFixture } from '../support/web.ts'

let dir: string
/** Repeats what it was told, and refuses it, or sends it elsewhere. */
let server: WebFixture
let moved: WebFixture
let tokens: WebFixture

const TOKEN = `${WORD}-0123456789-${WORD}`
const BASIC = Buffer.from(`watch:${PASSWORD}`).toString('base64')
const LOCATION = `https://elsewhere.invalid/hooks/${TOKEN}?key=${TOKEN}`
const SAID = `${BASIC} ${PASSWORD} ${ENCODED} /hooks/${TOKEN} ${TOKEN}`

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'lastalive-secrets-'))
  const database = new Database(join(dir, 'mail.db'))
  database.exec(`${RUNTIME_INFO}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch(-2_525)}')`)
  database.close()
  server = await startWeb()
  server.answer({ status: 500, body: SAID })
  tokens = await startWeb()
  tokens.answer({ status: 500, body: `/${TOKEN} Bearer ${TOKEN}` })
  writeFileSync(join(dir, 'hook'), `${at(server)}\n`, { mode: 0o600 })
  writeFileSync(join(dir, 'token'), `${TOKEN}\n`, { mode: 0o600 })
  writeFileSync(join(dir, 'password'), `${PASSWORD}\n`, { mode: 0o600 })
  moved = await startWeb()
  moved.answer({ status: 302, headers: { location: LOCATION } })
})

afterAll(async () => {
  await Promise.all([server, moved, tokens].map((web) => web.stop()))
  rmSync(dir, { recursive: true, force: true })
})

const at = ({ port }: { readonly port: number }): string => `http://watch:${ENCODED}@127.0.0.1:${port}/hooks/${TOKEN}`

async function expectSecret(lines: readonly string[], words: RegExp): Promise<void> {
  const home = mkdtempSync(join(dir, 'home-'))
  const config = join(home, 'lastalive.yaml')
  const usual = ['databases:', `  mail: "sqlite:${join(dir, 'mail.db')}"`]
  const checks = 'checks: { mdx: { database: mail, key: last_alive, critical: 10m } }'
  writeFileSync(config, [...usual, checks, ...lines, ''].join('\n'), { mode: 0o600 })
  const env = { HOME: '/proc/nonexistent', TOKEN }
  const everything = await everythingFrom({ watch: ['--config', config], env }, { dir: home, mailboxes: [] })
  expect(leaksIn(everything)).toEqual([])
  expect(everything.get('run -v')).toMatch(words)
}

const icinga = (entry: string): string => `notifiers: { nms: { icinga: { ${entry} } } }`
const webhook = (entry: string): string => `notifiers: { chat: { webhook: ${entry} } }`

test.concurrent.each<[string, () => readonly string[], RegExp]>([
  ['that the server repeats', () => [webhook(`{ url: "${at(server)}" }`)], /not told: chat .* answered 500/],
  [
    'that leads elsewhere',
    () => [webhook(`{ url: "${at(moved)}" }`)],
    /answered 302 Found and leads to https:\/\/elsewhere/,
  ],
  [
    'from the environment, in headers and body',
    () => [
      webhook(
        `{ url: "http://127.0.0.1:${tokens.port}/\${TOKEN}", headers: { Authorization: "Bearer \${TOKEN}" }, body: { routing_key: "\${TOKEN}" } }`,
      ),
    ],
    /not told: chat .* answered 500/,
  ],
  ['in a file', () => [webhook(`{ url_file: ${join(dir, 'hook')} }`)], /not told: chat .* answered 500/],
  [
    'in a file of a token',
    () => [webhook(`{ url: "http://127.0.0.1:${tokens.port}/x", token_file: ${join(dir, 'token')} }`)],
    /not told: chat .* answered 500/,
  ],
  [
    'in a file that holds no URL',
    () => [webhook(`{ url_file: ${join(dir, 'token')} }`)],
    /webhook\.url_file: is no URL/,
  ],
  [
    'in a file for Icinga',
    () => [
      icinga(`api: "http://watch@127.0.0.1:${server.port}/hooks/${TOKEN}", password_file: ${join(dir, 'password')}`),
    ],
    /not told: nms .* answered 500/,
  ],
  ['in a file for who watches the runs', () => [`healthchecks: { url_file: ${join(dir, 'hook')} }`], /500/],
  ['of a refused port', () => [webhook(`{ url: "${at({ port: 1 })}" }`)], /connection refused/],
  ['of an unknown host', () => [webhook(`{ url: "https://u:${ENCODED}@nohost.invalid/${WORD}" }`)], /nohost\.invalid/],
  ['without TLS', () => [webhook(`{ url: "${at(server).replace('http', 'https')}" }`)], /with TLS/],
  ['of another kind', () => [webhook(`{ url: "htp://u:${ENCODED}@host/" }`)], /not the URL of a web server/],
  ['that is not encoded', () => [webhook(`{ url: "https://u:${UNENCODED}@host/" }`)], /percent-encoded|%23/],
  ['of a misspelt key', () => [webhook(`{ ulr: "${at(server)}" }`)], /write url/],
  ['that is a header', () => [webhook(`{ url: "https://host/", headers: { "A B": "${WORD}" } }`)], /name of a header/],
  [
    'with a line break in a header',
    () => [webhook(`{ url: "https://host/", headers: { Authorization: "${WORD}\\n" } }`)],
    /line break/,
  ],
  ['of Icinga that the server repeats', () => [icinga(`api: "${at(server)}"`)], /not told: nms .* answered 500/],
  ['of Icinga at a refused port', () => [icinga(`api: "${at({ port: 1 })}"`)], /connection refused/],
  ['of Icinga of another kind', () => [icinga(`api: "htp://u:${ENCODED}@host/"`)], /not the URL of a web server/],
  ['of Icinga that is not encoded', () => [icinga(`api: "https://u:${UNENCODED}@host/"`)], /percent-encoded|%23/],
  [
    'of Icinga in place of a command file',
    () => [icinga(`command_file: "https://u:${ENCODED}@host/"`)],
    /not an absolute path/,
  ],
  ['of healthchecks that the server repeats', () => [`healthchecks: "${at(server)}"`], /not pinged: .* answered 500/],
  ['of healthchecks that lead elsewhere', () => [`healthchecks: "${at(moved)}"`], /not pinged: .* answered 302/],
  ['of healthchecks of another kind', () => [`healthchecks: "hc.io/${WORD}"`], /not the URL of a web server/],
  ['of healthchecks with a #', () => [`healthchecks: "https://hc.io/#${WORD}"`], /%23/],
])('shows nothing of a URL %s', async (_, lines, words) => expectSecret(lines(), words))
