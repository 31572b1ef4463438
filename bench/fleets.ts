import { createServer, type Server } from 'node:net'
import { FLEET } from './fleet.ts'
import { peersFor } from './peers.ts'
import type { Runtime } from './runtime.ts'
import { KEY, type Stage } from './stage.ts'
import type { Figure } from './table.ts'
import { type Job, memoryFigure, timeInTurn, timeOnce } from './timing.ts'

/** How many runs of check_pgsql one after another stand for ten thousand. */
const PEER_RUNS = 200
const DATABASES = 200
const HANGING = 10

/** A check of one, a thousand and ten thousand rows; and what ten thousand runs of check_pgsql take. */
export async function benchItems(stage: Stage, node: Runtime, rounds: number): Promise<readonly Figure[]> {
  const sizes = [1, 1_000, FLEET]
  const figures = await benchSizes(stage, node, rounds, {
    nameOf: (size) => `a check of ${size} items`,
    write: (size) => stage.write.items(`items${size}`, stage.url, size),
    sizes,
  })
  return [...figures, ...(await againstPeer(stage, node, figures, `a check of ${FLEET} items`))]
}

/** A file of one to ten thousand checks, each of a key of its own. */
export async function benchChecks(stage: Stage, node: Runtime, rounds: number): Promise<readonly Figure[]> {
  const sizes = [1, 10, 22, 100, 1_000, FLEET]
  const figures = await benchSizes(stage, node, rounds, {
    nameOf: (size) => `a file of ${size} checks`,
    write: (size) => stage.write.checks(`checks${size}`, stage.url, size),
    sizes,
  })
  const inBraces = await benchSizes(stage, node, rounds, {
    nameOf: (size) => `a file of ${size} checks, in braces`,
    write: (size) => stage.write.checksInBraces(`braces${size}`, stage.url, size),
    sizes: [1, 1_000, FLEET],
  })
  return [...figures, ...inBraces, ...(await againstPeer(stage, node, figures, `a file of ${FLEET} checks`))]
}

async function benchSizes(
  stage: Stage,
  node: Runtime,
  rounds: number,
  {
    sizes,
    nameOf,
    write,
  }: { readonly sizes: readonly number[]; nameOf(size: number): string; write(size: number): string },
): Promise<readonly Figure[]> {
  const jobs = Object.fromEntries(
    sizes.map((size): [string, Job] => [
      nameOf(size),
      { words: stage.command(node, 'check', '-q', '-t', '60s', '--config', write(size)) },
    ]),
  )
  const timings = await timeInTurn(jobs, rounds)
  const [first = 1] = sizes
  const base = timings[nameOf(first)]?.median ?? Number.NaN
  return sizes.map((size) => {
    const value = timings[nameOf(size)]?.median ?? Number.NaN
    const figure = { node: node.version, measure: nameOf(size), value, unit: 'ms' } as const
    return size === first ? figure : { ...figure, against: 'one', ratio: value / base }
  })
}

/** What as many runs of check_pgsql would take, one after another, and from how many checks on one run of ours beats them. */
async function againstPeer(
  stage: Stage,
  node: Runtime,
  figures: readonly Figure[],
  measure: string,
): Promise<readonly Figure[]> {
  const job = peersFor(stage.root, stage.place, KEY).check_pgsql
  const ours = figures.find((figure) => figure.measure === measure)?.value
  if (job === undefined || ours === undefined) return []
  await stage.beat()
  const begun = performance.now()
  for (let i = 0; i < PEER_RUNS; i++) await timeOnce(job)
  const all = ((performance.now() - begun) / PEER_RUNS) * FLEET
  return [
    {
      node: node.version,
      measure: `${measure}, against ${FLEET} × check_pgsql (${PEER_RUNS} measured)`,
      value: ours,
      unit: 'ms',
      against: `${(all / 1_000).toFixed(0)} s`,
      ratio: ours / all,
    },
  ]
}

/** Two hundred databases of which the last ten accept and never answer, with two seconds for each. */
export async function benchDatabases(stage: Stage, node: Runtime, rounds: number): Promise<readonly Figure[]> {
  const hanging = createServer(() => {})
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
  try {
    const silent = `postgres://postgres@127.0.0.1:${portOf(hanging)}/postgres`
    const urls = Array.from({ length: DATABASES }, (_, i) => (i < DATABASES - HANGING ? stage.url : silent))
    const config = stage.write.databases('databases', urls)
    const job = { words: stage.command(node, 'check', '-q', '-t', '2s', '--config', config), code: 2 }
    const measure = `${DATABASES} databases, ${HANGING} of them hanging, -t 2s`
    const timings = await timeInTurn({ [measure]: job }, Math.max(5, Math.floor(rounds / 3)))
    return [{ node: node.version, measure, value: timings[measure]?.median ?? Number.NaN, unit: 'ms' }]
  } finally {
    hanging.close()
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** The most memory that is resident: of one check, and of what is largest. */
export async function benchMemory(stage: Stage, node: Runtime): Promise<readonly Figure[]> {
  const { write, url } = stage
  const configs = {
    'a file of 1 checks': write.checks('memory1', url, 1),
    [`a file of ${FLEET} checks`]: write.checks(`memory${FLEET}`, url, FLEET),
    [`a check of ${FLEET} items`]: write.items('memory-items', url, FLEET),
    [`${DATABASES} databases`]: write.databases(
      'memory-databases',
      Array.from({ length: DATABASES }, () => url),
    ),
  }
  const figures: Figure[] = []
  for (const [what, config] of Object.entries(configs)) {
    const job = { words: stage.command(node, 'check', '-q', '-t', '60s', '--config', config) }
    await timeOnce(job)
    figures.push(...(await memoryFigure(job, node, what)))
  }
  return figures
}
