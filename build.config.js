import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const shared = { bundle: true, platform: 'node', target: 'node20' }

/** Packages that only some runs need, each in a file of its own. */
const PARTS = ['pg', 'mysql2', 'yaml', 'croner', 'nodemailer/lib/smtp-connection', 'nodemailer/lib/mail-composer']
/** Packages with native files, which stay where they are installed. */
const NATIVE = ['better-sqlite3', 'fs-native-extensions']

/** What of Node takes long to load, and many runs never touch; commander does not need it at all. */
const BUILTINS = ['child_process', 'crypto', 'net', 'tls', 'http', 'https', 'dns/promises', 'worker_threads', 'vm']

const fileOf = (part) => `${part.replaceAll('/', '-')}.cjs`

/** Makes of each import of these a `require` at the time when it is needed, whatever way it is written. */
const loadedLate = {
  name: 'loaded-late',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(${[...PARTS, ...NATIVE].join('|')})$`)
    onResolve({ filter }, ({ path, namespace }) =>
      namespace === 'late' ? { path, external: true } : { path, namespace: 'late' },
    )
    onResolve({ filter: /^\.\/.*\.cjs$/, namespace: 'late' }, ({ path }) => ({ path, external: true }))
    const builtin = new RegExp(`^node:(${BUILTINS.join('|')})$`)
    onResolve({ filter: builtin }, ({ path, namespace }) =>
      namespace === 'builtin' ? { path, external: true } : { path, namespace: 'builtin' },
    )
    onLoad({ filter: /.*/, namespace: 'builtin' }, async ({ path }) => ({
      contents:
        `for (const name of ${JSON.stringify(Object.keys(await import(path)))}) ` +
        `Object.defineProperty(exports, name, { enumerable: true, get: () => require(${JSON.stringify(path)})[name] })`,
    }))
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => {
      const place = JSON.stringify(PARTS.includes(path) ? `./${fileOf(path)}` : path)
      return { contents: `export * from ${place}; export { default } from ${place}` }
    })
  },
}

const out = mkdtempSync('dist-')

// The command is CommonJS, which Node starts fastest, in one file of ours and one for each package that a run may not
// need. What is imported inside is run when it is first asked for.
const command = {
  ...shared,
  format: 'cjs',
  outdir: join(out, 'cli'),
  outExtension: { '.js': '.cjs' },
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  metafile: true,
}
const builds = [
  await build({
    ...command,
    entryPoints: { main: 'src/cli/main.ts' },
    plugins: [loadedLate],
    define: { 'import.meta.url': 'urlOfThisFile' },
    banner: { js: "const urlOfThisFile=require('node:url').pathToFileURL(__filename).href;" },
  }),
  await build({
    ...command,
    entryPoints: Object.fromEntries(PARTS.map((part) => [fileOf(part).replace('.cjs', ''), part])),
    external: ['pg-native'],
  }),
]
// A program of its own, that also the library starts.
await build({
  ...shared,
  format: 'esm',
  entryPoints: ['src/drivers/sqlite-child.ts'],
  outdir: join(out, 'cli'),
  external: NATIVE,
})
const metafile = { inputs: {}, outputs: {} }
for (const { metafile: part } of builds) {
  Object.assign(metafile.inputs, part.inputs)
  Object.assign(metafile.outputs, part.outputs)
}
writeFileSync(join(out, 'meta.json'), JSON.stringify(metafile))

// The library is plain modules with types.
execFileSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.lib.json', '--outDir', join(out, 'lib')],
  { stdio: 'inherit' },
)

// Editors complete the configuration file by its schema.
const outfile = join(out, 'json-schema.mjs')
await build({ ...shared, format: 'esm', entryPoints: ['src/config/json-schema.ts'], outfile })
const { configJsonSchema } = await import(pathToFileURL(outfile).href)
writeFileSync(join(out, 'schema.json'), `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`)
rmSync(outfile)

// The manual says what --help says. It is made where the version is found as it is from the command.
const maker = join(out, 'cli/man-page.mjs')
await build({ ...shared, format: 'esm', packages: 'external', entryPoints: ['src/cli/man-page.ts'], outfile: maker })
const { manPage } = await import(pathToFileURL(maker).href)
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const released = readFileSync('CHANGELOG.md', 'utf8').match(new RegExp(`^## ${version} - (\\S+)$`, 'm'))?.[1]
writeFileSync(join(out, 'lastalive.1'), manPage(released ?? ''))
rmSync(maker)

// Swapped in as a whole: a command that starts meanwhile finds either the old or the new one.
chmodSync(out, 0o755)
rmSync('dist', { recursive: true, force: true })
renameSync(out, 'dist')
