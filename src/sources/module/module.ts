import type { Check } from '../../core/check.ts'
import { FaultError } from '../../core/errors.ts'
import type { Answer, Source } from '../../core/ports.ts'
import { child } from '../../core/shape/tree.ts'
import type { SourceMaker } from '../../core/source-kind.ts'
import type { Reading } from '../../core/types.ts'
import { readMounts } from '../../io/files/mounts.ts'
import { nowMs } from '../../io/now.ts'
import { redacted } from '../redacted.ts'
import { assertTrusted } from '../trust.ts'
import { askModule } from './ask.ts'
import type { ModuleLook } from './look.ts'
import { readingFrom } from './reading.ts'

type ReadOptions = Parameters<Source['read']>[1]

/**
 * Makes what asks modules.
 *
 * @param options.secretsIn the texts in the options of a module that must not be shown
 */
export function createModuleSources({
  secretsIn,
}: {
  secretsIn(options: unknown): readonly string[]
}): SourceMaker<ModuleLook> {
  const mountOf = readMounts()
  return {
    create: async (name, look, { readingTime }) => {
      const place = mountOf(look.path)
      const secrets = secretsIn(look.options)
      const timeoutMs = Math.min(look.timeout, readingTime) * 1_000
      const source: Source<ModuleLook> = {
        name,
        read: async (checks, options) => {
          const readings = new Map<string, readonly Reading[]>()
          const memory = new Map<string, unknown>()
          const begun = nowMs()
          try {
            for (const check of checks) {
              const brought = await ask(check, { ...options, place, timeoutMs })
              const reading = readingFrom(check, brought, options.clock.now())
              readings.set(check.name, [redacted(reading, secrets)])
              memory.set(check.name, child(brought, 'memory'))
            }
            return { readings, memory, response: (nowMs() - begun) / 1_000 } satisfies Answer
          } catch (error) {
            if (!(error instanceof FaultError)) throw error
            return { readings: new Map(), fault: redacted(error.fault, secrets) }
          }
        },
      }
      return { source, secrets }
    },
  }
}

/** @throws FaultError */
async function ask(
  { name, look }: Check<ModuleLook>,
  { signal, memory, place, timeoutMs }: ReadOptions & { readonly place: string; readonly timeoutMs: number },
): Promise<unknown> {
  const { path, options } = look
  await assertTrusted(path, { signal, timeoutMs, place })
  return await askModule({ path, check: name, options, memory: memory?.get(name), timeoutMs }, signal)
}
