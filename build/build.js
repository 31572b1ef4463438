import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const shared = { bundle: true, platform: 'node', target: 'node20' }

/** Packages that only some runs need, each in a file of its own. */
const PARTS = {
  pg: 'pg',
  mysql2: 'mysql2',
  'js-yaml': 'js-yaml',
  'smtp-connection': 'nodemailer/lib/smtp-connection',
  'mail-composer': 'nodemailer/lib/mail-composer',
}
/** Packages with native files, which stay where they are installed. */
const NATIVE = ['better-sqlite3', 'fs-native-extensions']

/** What cron runs every minute has a file of its own, without what only other commands need; `main` has all of them. */
const ENTRIES = ['main', 'check', 'run']
/** A file each, or a folder of the same name where it is large. */
const COMMANDS = readdirSync('src/cli/commands', { recursive: true, encoding: 'utf8' }).filter((path) =>
  /^([\w-]+)(\/\1)?\.ts$/.test(path),
)

/** Pure parts of ours that only some runs need, each in a file of its own. */
const RARE = {
  recipes: 'src/config/recipes/catalogue.ts',
  schedule: 'src/core/time/schedule.ts',
  'yaml-words': 'src/config/read/yaml-words.ts',
  prometheus: 'src/cli/output/prometheus.ts',
}

/** Finds what has a file of its own beside those of the commands. */
const besides = {
  name: 'besides',
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir }) => {
      const rare = Object.entries(RARE).find(([, file]) => resolve(file) === join(resolveDir, path))
      return rare && { path: `./${rare[0]}.cjs`, external: true }
    })
    for (const [name, path] of Object.entries(PARTS)) {
      onResolve({ filter: new RegExp(`^${path}$`) }, () => ({ path: `./${name}.cjs`, external: true }))
    }
  },
}

/** Makes of each package what `require` gives, also where its modules are of the other kind. */
const asRequired = {
  name: 'as-required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) =>
      kind === 'entry-point' && Object.values(PARTS).includes(path) ? { path, namespace: 'part' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
      resolveDir: process.cwd(),
    }))
  },
}

const out = mkdtempSync('dist-')

// The command is CommonJS, which Node starts fastest. What is imported inside is run when it is first asked for.
const command = {
  ...shared,
  format: 'cjs',
  outdir: join(out, 'cli'),
  outExtension: { '.js': '.cjs' },
  minify: true,
  legalComments: 'none',
  charset: 'ascii',
  metafile: true,
}
const builds = [
  build({
    ...command,
    entryPoints: { ...PARTS, ...RARE },
    external: ['pg-native'],
    plugins: [asRequired],
    // pg looks at it to see whether it is on Cloudflare, and to look at it Node loads all that fetches from the web.
    define: { Response: 'undefined' },
  }),
]
for (const name of ENTRIES) {
  const others = name === 'main' ? [] : COMMANDS.filter((other) => basename(other, '.ts') !== name)
  builds.push(
    build({
      ...command,
      entryPoints: { [name]: 'src/cli/start.ts' },
      external: [...NATIVE, ...others.map((other) => `./src/cli/commands/${other}`)],
      plugins: [besides],
      // Node takes milliseconds to load it.
      alias: { 'node:child_process': './build/no-programs.js' },
      // What is imported has to be what has been loaded here, and nothing of a user's is.
      supported: { 'dynamic-import': false },
      banner: { js: "const urlOfThisFile = require('node:url').pathToFileURL(__filename).href;" },
      define: { 'import.meta.url': 'urlOfThisFile' },
    }),
  )
}
// A program of its own, that also the library starts.
await build({
  ...shared,
  format: 'esm',
  entryPoints: ['src/drivers/sqlite/child.ts'],
  outdir: join(out, 'cli'),
  external: NATIVE,
})
const outputs = (await Promise.all(builds)).flatMap(({ metafile }) => Object.entries(metafile.outputs))
const meta = outputs.map(([path, { bytes }]) => [basename(path), bytes])
writeFileSync(join(out, 'meta.json'), JSON.stringify(Object.fromEntries(meta)))

// The library is plain modules with types.
execFileSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.lib.json', '--outDir', join(out, 'lib')],
  { stdio: 'inherit' },
)

// Editors complete the configuration file by its schema.
const outfile = join(out, 'json-schema.mjs')
await build({ ...shared, format: 'esm', entryPoints: ['build/json-schema.ts'], outfile })
const { configJsonSchema } = await import(pathToFileURL(outfile).href)
writeFileSync(join(out, 'schema.json'), `${JSON.stringify(await configJsonSchema(), undefined, 2)}\n`)
rmSync(outfile)

// The manual says what --help says. It is made where the version is found as it is from the command.
const maker = join(out, 'cli/man-page.mjs')
await build({ ...shared, format: 'esm', packages: 'external', entryPoints: ['build/man-page.ts'], outfile: maker })
const { manPage } = await import(pathToFileURL(maker).href)
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const released = readFileSync('CHANGELOG.md', 'utf8').match(new RegExp(`^## ${version} - (\\S+)$`, 'm'))?.[1]
writeFileSync(join(out, 'lastalive.1'), manPage(released ?? ''))
rmSync(maker)

// Swapped in as a whole: a command that starts meanwhile finds either the old or the new one.
chmodSync(out, 0o755)
rmSync('dist', { recursive: true, force: true })
renameSync(out, 'dist')
