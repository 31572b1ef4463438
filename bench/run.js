// Measures lastalive beside others, on servers of its own: npm run bench [-- --rounds 30] [--json FILE] [--only PART]
// Parts: start, items, checks, databases, incidents, memory, keys. Nothing is installed; what is not there is left out.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules/.cache/bench')
mkdirSync(cache, { recursive: true })
await build({
  input: join(root, 'bench/bench.ts'),
  platform: 'node',
  external: /^[^./]/,
  transform: {
    // Where the sources find what lies beside them.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'test/support/bench.js')).href) },
  },
  output: { file: join(cache, 'bench.mjs'), format: 'esm', codeSplitting: false },
})
await (await import(pathToFileURL(join(cache, 'bench.mjs')).href)).bench(root, process.argv.slice(2))
