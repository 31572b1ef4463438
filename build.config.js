import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const shared = { bundle: true, platform: 'node', target: 'node20' }

/** Packages that only some runs need, each in a file of its own. */
const PARTS = {
  pg: 'pg',
  mysql2: 'mysql2',
  yaml: 'yaml',
  croner: 'croner',
  'smtp-connection': 'nodemailer/lib/smtp-connection',
  'mail-composer': 'nodemailer/lib/mail-composer',
  // Which may be missing: npm goes on where it cannot be built.
  ...(existsSync('node_modules/better-sqlite3') ? { 'better-sqlite3': 'better-sqlite3' } : {}),
}
/** Packages with native files, which stay where they are installed. */
const NATIVE = ['better-sqlite3', 'fs-native-extensions']

/** Where the native file of better-sqlite3 lies, without the package that would search for it. */
const nativeFile = {
  name: 'native-file',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^bindings$/ }, () => ({ path: 'better_sqlite3.node', namespace: 'native' }))
    onLoad({ filter: /.*/, namespace: 'native' }, ({ path }) => ({
      contents: `module.exports = () => require('better-sqlite3/build/Release/${path}')`,
    }))
    onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }))
  },
}

/** The version, as package.json has it: read here, and not by each run. */
const knownVersion = {
  name: 'known-version',
  setup({ onLoad }) {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    onLoad({ filter: /\/cli\/version\.ts$/ }, () => ({ contents: `export const VERSION = ${JSON.stringify(version)}` }))
  },
}

/** What of Node takes long to load, and many runs never touch; commander does not need it at all. */
const BUILTINS = [
  ...['child_process', 'crypto', 'dns', 'dns/promises', 'fs/promises', 'http', 'https', 'net', 'timers/promises'],
  ...['tls', 'vm', 'worker_threads', 'zlib'],
]

/** Makes of each import of these builtins one that is done when something of it is used. */
const lateBuiltins = {
  name: 'late-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${BUILTINS.join('|')})$`) }, ({ path, namespace, kind }) =>
      namespace === 'builtin' || kind === 'dynamic-import'
        ? { path, external: true }
        : { path: `node:${path.replace(/^node:/, '')}`, namespace: 'builtin' },
    )
    onLoad({ filter: /.*/, namespace: 'builtin' }, async ({ path }) => ({
      contents: gettersOf(Object.keys(await import(path)), path),
    }))
  },
}

/** Of pg, what reads passwords: it loads Node's cryptography at once, which who logs in without one does not need. */
const latePasswords = {
  name: 'late-passwords',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/(crypto\/)?utils$/ }, ({ path, importer, namespace, resolveDir }) => {
      if (namespace !== 'file' || !/\/pg\/lib\/(client|crypto\/sasl)\.js$/.test(importer)) return undefined
      const file = join(resolveDir, `${path}.js`)
      return file.endsWith('/crypto/utils.js') ? { path: file, namespace: 'passwords' } : undefined
    })
    onLoad({ filter: /.*/, namespace: 'passwords' }, async ({ path }) => ({
      contents: gettersOf(Object.keys((await import(path)).default), path),
      resolveDir: dirname(path),
    }))
  },
}

/** A module whose exports are those of another, which is loaded when one of them is used. */
function gettersOf(names, path) {
  const place = JSON.stringify(path)
  return `for (const name of ${JSON.stringify(names)}) Object.defineProperty(exports, name, { enumerable: true, get: () => require(${place})[name] })`
}

/** Makes of each import of these a `require` at the time when it is needed, whatever way it is written. */
const loadedLate = {
  name: 'loaded-late',
  setup({ onResolve, onLoad }) {
    const partOf = (path) => Object.keys(PARTS).find((name) => PARTS[name] === path)
    onResolve({ filter: new RegExp(`^(${[...Object.values(PARTS), ...NATIVE].join('|')})$`) }, ({ path, kind }) => {
      const part = partOf(path)
      const place = part === undefined ? path : `./${part}.cjs`
      return kind === 'dynamic-import' ? { path: place, external: true } : { path: place, namespace: 'late' }
    })
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }))
    onResolve({ filter: /.*/, namespace: 'late' }, ({ path }) => ({ path, external: true }))
  },
}

/** What every minute is for: the rest, which people ask for, lies in a file of its own. */
const EVERY_MINUTE = [
  ...['cli/main', 'cli/commands/check', 'cli/commands/run', 'config/one-line', 'config/load', 'config/yaml'],
  ...['core/schedule', 'drivers/postgres', 'drivers/sqlite', 'notifiers/mail', 'notifiers/smtp-url', 'state/lockfiles'],
].map((name) => `src/${name}.ts`)

/**
 * Packs the chunks of a bundle into two files, each chunk as a function, whose code is compiled when it is first asked
 * for: what another command needs costs nothing, and what is seldom needed is not even read.
 */
function packChunks({ outputFiles, metafile }) {
  const outputs = Object.entries(metafile.outputs)
  const frequent = new Set(
    outputs.filter(([, { entryPoint }]) => EVERY_MINUTE.includes(entryPoint)).map(([path]) => path),
  )
  for (const path of frequent) {
    const needed = metafile.outputs[path].imports.filter(({ kind }) => kind === 'import-statement')
    for (const { path } of needed) if (path in metafile.outputs) frequent.add(path)
  }
  const names = new Set([...frequent].map((path) => basename(path)))
  const pack = (isWanted) => {
    const files = outputFiles.filter(({ path }) => names.has(basename(path)) === isWanted)
    const chunks = files.map(
      ({ path, text }) => `${JSON.stringify(`./${basename(path)}`)}(need,later){${bodyOf(text)}}`,
    )
    return `{${chunks.join(',\n')}}`
  }
  const ofEach =
    "const urlOfThisFile=require('node:url').pathToFileURL(__filename).href;" +
    'const millisecondsNow=()=>{const[s,ns]=process.hrtime();return s*1e3+ns/1e6};'
  const main =
    `const chunks=${pack(true)};const made=new Map;` +
    "const chunkOf=(id)=>chunks[id]??(id.endsWith('.js')?require('./more.cjs')[id]:undefined);" +
    'const need=(id)=>{let exported=made.get(id);if(exported!==undefined)return exported;' +
    'const chunk=chunkOf(id);if(chunk===undefined)return require(id);' +
    'made.set(id,exported=chunk(need,later));return exported};' +
    // What is no module of ours has all that it exports as its default as well, as when it is imported.
    'const later=async(id)=>{const exported=need(id);' +
    'return made.has(id)||exported.__esModule?exported:Object.create(exported,{default:{value:exported}})};' +
    "Object.assign(exports,need('./main.js'),{chunks:()=>[...made.keys()]});"
  return { main: ofEach + main, more: `${ofEach}module.exports=${pack(false)};` }
}

/** An ES module, as esbuild writes it, as the body of a function that returns what it exports. */
function bodyOf(text) {
  const body = text
    .replaceAll(/(?<=^|[;}])import(?:(?:(?:\*as )?([\w$]+) |(\{[^}]*\}))from)?("[^"]+");/g, (_, whole, some, from) => {
      const names = whole ?? some?.replaceAll(' as ', ':')
      return names === undefined ? `need(${from});` : `var ${names}=need(${from});`
    })
    .replaceAll(/\bimport\(("[^"]+")\)/g, 'later($1)')
    .replace(/export\{([^}]*)\};\s*$/, (_, names) => {
      const pairs = names.split(',').map((name) => name.split(' as ').toReversed().join(':'))
      return `return{${pairs.join(',')}}`
    })
  if (/(?:^|[;}])(?:import|export)\b/.test(body)) throw new Error('a chunk is written in a way that is not known')
  return body
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
const main = await build({
  ...command,
  format: 'esm',
  splitting: true,
  write: false,
  entryPoints: { main: 'src/cli/main.ts' },
  outExtension: { '.js': '.js' },
  plugins: [lateBuiltins, loadedLate, knownVersion],
  // The global of that name loads what observes performance, of which nothing is used but the time.
  define: { 'import.meta.url': 'urlOfThisFile', 'performance.now': 'millisecondsNow' },
})
const parts = await build({
  ...command,
  entryPoints: PARTS,
  external: ['pg-native'],
  plugins: [lateBuiltins, latePasswords, nativeFile],
  // pg looks at it to see whether it is on Cloudflare, and to look at it Node loads all that fetches from the web.
  define: { Response: 'undefined' },
})
for (const [name, text] of Object.entries(packChunks(main))) writeFileSync(join(out, `cli/${name}.cjs`), text, 'latin1')
// They are read as what has a byte for each character.
for (const name of readdirSync(join(out, 'cli'))) {
  if (/[^\0-\x7f]/.test(readFileSync(join(out, 'cli', name), 'utf8'))) throw new Error(`${name} is not all ASCII`)
}
// A program of its own, that also the library starts.
await build({
  ...shared,
  format: 'esm',
  entryPoints: ['src/drivers/sqlite-child.ts'],
  outdir: join(out, 'cli'),
  external: NATIVE,
})
const outputs = { ...main.metafile.outputs, ...parts.metafile.outputs }
const meta = Object.entries(outputs).map(([path, { bytes }]) => [basename(path), bytes])
writeFileSync(join(out, 'meta.json'), JSON.stringify(Object.fromEntries(meta)))

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
