import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { redisBinaries, startRedis } from '../test/support/redis.ts'
import { FLEET } from './fleet.ts'
import type { Runtime } from './runtime.ts'
import type { Stage } from './stage.ts'
import type { Figure } from './table.ts'
import { timeInTurn } from './timing.ts'

/** Keys of Redis, of one check and of as many checks, beside redis-cli, which reads the same without judging it. */
export async function benchKeys(stage: Stage, node: Runtime, rounds: number): Promise<readonly Figure[]> {
  const programs = redisBinaries()
  if (programs === undefined) return []
  const redis = await startRedis()
  try {
    const numbers = Array.from({ length: FLEET }, (_, i) => i)
    const written = (line: (i: number) => string): string => numbers.map((i) => `${line(i)}\r\n`).join('')
    const now = Math.floor(Date.now() / 1_000)
    execFileSync(programs.client, ['-s', redis.socket, '--pipe'], { input: written((i) => `SET beat:${i} ${now}`) })
    const reading = join(stage.dir, 'reading.txt')
    writeFileSync(
      reading,
      written((i) => `GET beat:${i}`),
    )
    const limits = 'critical: 30d'
    const each = numbers.map((i) => `  c${i}: { database: cache, key: "beat:${i}", ${limits} }\n`).join('')
    const check = (name: string, checks: string) => {
      const path = join(stage.dir, name)
      writeFileSync(path, `databases: { cache: "${redis.url}" }\nchecks:\n${checks}`, { mode: 0o600 })
      return { words: stage.command(node, 'check', '-q', '-t', '60s', '--config', path) }
    }
    const jobs = {
      one: check('key.yaml', `  one: { database: cache, key: "beat:1", ${limits} }\n`),
      pattern: check('pattern.yaml', `  all: { database: cache, key: "beat:*", ${limits} }\n`),
      each: check('keys.yaml', each),
      cli: { words: ['sh', '-c', '"$0" -s "$1" < "$2" > /dev/null', programs.client, redis.socket, reading] },
      pipe: { words: ['sh', '-c', '"$0" -s "$1" --pipe < "$2" > /dev/null', programs.client, redis.socket, reading] },
    }
    const { one, pattern, each: all, cli, pipe } = await timeInTurn(jobs, rounds)
    const figure = (measure: string, value: number) => ({ node: node.version, measure, value, unit: 'ms' }) as const
    const against = (value: number) => ({ against: 'redis-cli', ratio: value / cli.median })
    return [
      figure('a check of one key of Redis', one.median),
      figure(`redis-cli, ${FLEET} keys`, cli.median),
      figure(`redis-cli --pipe, ${FLEET} keys`, pipe.median),
      { ...figure(`a check of ${FLEET} keys of Redis`, pattern.median), ...against(pattern.median) },
      { ...figure(`a file of ${FLEET} checks of Redis`, all.median), ...against(all.median) },
    ]
  } finally {
    await redis.remove()
  }
}
