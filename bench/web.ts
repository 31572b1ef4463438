import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Runtime } from './runtime.ts'
import type { Stage } from './stage.ts'
import type { Figure } from './table.ts'
import { timeInTurn } from './timing.ts'

const CHECKS = 1_000
/** As many as lastalive asks side by side. */
const AT_ONCE = 32
const CURL = '/usr/bin/curl'

/** In a process of its own: it says on which port it listens, and answers each connection once. */
const SERVER = `
  const answer = 'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: 3\\r\\nConnection: close\\r\\n\\r\\nok\\n'
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(answer))
  })
  server.listen(0, '127.0.0.1', 511, () => console.log(server.address().port))`

/** What Node itself needs for as many requests, each on a connection of its own. */
const BARE = (url: string): string => `
  const { request } = require('node:http')
  let next = 0
  const one = () => new Promise((done) => request('${url}' + next, { agent: false }, (answer) => answer.resume().on('end', done)).end())
  for (let i = 0; i < ${AT_ONCE}; i++) (async () => { while (next++ < ${CHECKS}) await one() })()`

/** A thousand checks of a web server, beside curl, and beside a bare loop in Node, which both ask and look at nothing. */
export async function benchWeb(stage: Stage, node: Runtime, rounds: number): Promise<readonly Figure[]> {
  if (!existsSync(CURL)) return []
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [said] = await once(server.stdout, 'data')
    const url = `http://127.0.0.1:${Number(String(said))}/`
    const config = join(stage.dir, 'web.yaml')
    const checks = Array.from({ length: CHECKS }, (_, i) => `  c${i}: { http: "${url}${i}" }\n`).join('')
    writeFileSync(config, `checks:\n${checks}`, { mode: 0o600 })
    const side = ['--parallel', '--parallel-immediate', '--parallel-max', String(AT_ONCE), '-H', 'Connection: close']
    const { curl, bare, ours } = await timeInTurn(
      {
        curl: { words: [CURL, '-s', ...side, '-o', '/dev/null', `${url}[1-${CHECKS}]`] },
        bare: { words: [node.path, '-e', BARE(url)] },
        ours: { words: stage.command(node, 'check', '-q', '-t', '60s', '--config', config) },
      },
      rounds,
    )
    const figure = (measure: string, value: number) => ({ node: node.version, measure, value, unit: 'ms' }) as const
    return [
      figure(`curl, ${CHECKS} requests`, curl.median),
      {
        ...figure(`a bare loop in Node, ${CHECKS} requests`, bare.median),
        against: 'curl',
        ratio: bare.median / curl.median,
      },
      {
        ...figure(`a file of ${CHECKS} checks of the web`, ours.median),
        against: 'curl',
        ratio: ours.median / curl.median,
      },
    ]
  } finally {
    server.kill()
  }
}
