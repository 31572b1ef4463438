import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const shared = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['better-sqlite3', 'fs-native-extensions', 'pg-native'],
  // Some packages are CommonJS inside.
  banner: {
    js: "import{createRequire as createRequireHere}from'node:module';const require=createRequireHere(import.meta.url);",
  },
}

const out = mkdtempSync('dist-')

// The command is one split bundle: what a run does not need is not loaded.
const { metafile } = await build({
  ...shared,
  entryPoints: { main: 'src/cli/main.ts', 'sqlite-child': 'src/drivers/sqlite-child.ts' },
  outdir: join(out, 'cli'),
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
})
writeFileSync(join(out, 'meta.json'), JSON.stringify(metafile))

// The library is plain modules with types.
execFileSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.lib.json', '--outDir', join(out, 'lib')],
  { stdio: 'inherit' },
)

// Editors complete the configuration file by its schema.
const outfile = join(out, 'json-schema.mjs')
await build({ ...shared, entryPoints: ['src/config/json-schema.ts'], outfile })
const { configJsonSchema } = await import(pathToFileURL(outfile).href)
writeFileSync(join(out, 'schema.json'), `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`)
rmSync(outfile)

// Swapped in as a whole: a command that starts meanwhile finds either the old or the new one.
chmodSync(out, 0o755)
rmSync('dist', { recursive: true, force: true })
renameSync(out, 'dist')
