import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

// The command is one split bundle: what a run does not need is not loaded. The library is plain modules with types.
rmSync('dist', { recursive: true, force: true })
mkdirSync('dist', { recursive: true })

const { metafile } = await build({
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist/cli',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['better-sqlite3', 'fs-native-extensions', 'pg-native'],
  metafile: true,
  // Some packages are CommonJS inside.
  banner: {
    js: "import{createRequire as createRequireHere}from'node:module';const require=createRequireHere(import.meta.url);",
  },
})
writeFileSync('dist/meta.json', JSON.stringify(metafile))
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.lib.json'], { stdio: 'inherit' })
