import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'rolldown'

/** Packages with native files, which stay where they are installed. Nobody has to have them, also not to build. */
const NATIVE = ['better-sqlite3', 'fs-native-extensions', 'pg-native']

/**
 * What is used together lies in one file, with all that it imports; a module goes to the first of these that wants it.
 * Each other `import()` makes a file of its own, without being listed, and so does what several of them share. A file costs
 * a quarter of a millisecond to find, and ten kilobytes as much to compile.
 */
const TOGETHER = [
  // Every check.
  together(
    'main',
    'src/cli/start.ts',
    'src/cli/commands/check.ts',
    'src/core/shape/combination.ts',
    'src/core/shape/program.ts',
    'src/drivers/bytes.ts',
    'src/io/net/answer-size.ts',
    'src/io/net/time-limit.ts',
    'src/notifiers/outcome.ts',
  ),
  // Any database that is a server.
  together(
    'net',
    'src/io/net/socket.ts',
    'src/io/net/faults.ts',
    'src/drivers/server-session.ts',
    'src/drivers/faults.ts',
    'src/drivers/tls-file.ts',
    'src/drivers/not-reading.ts',
    'src/drivers/port.ts',
    'src/drivers/postgres/libpq.ts',
  ),
  // A driver each. The library of PostgreSQL is loaded while the server answers.
  together('postgres', 'src/drivers/postgres/postgres.ts', 'src/drivers/postgres/target.ts'),
  together('pg', 'node_modules/pg/esm/index.mjs'),
  together('mysql', 'src/drivers/mysql/mysql.ts', 'src/drivers/mysql/url.ts'),
  together(
    'redis',
    'src/drivers/redis/redis.ts',
    'src/drivers/redis/target.ts',
    'src/sources/redis/kind.ts',
    'src/sources/redis/redis.ts',
  ),
  together('ioredis', 'node_modules/ioredis/built/index.js'),
  together('sqlite', 'src/drivers/sqlite/sqlite.ts'),
  // A configuration file; a run.
  together('file', 'src/config/load.ts'),
  together('run', 'src/cli/commands/run/run.ts', 'src/store/lockfiles/lockfiles.ts'),
  // What a run needs where something is not well, in one file: so few may be left to open that a second one is too many.
  together('tell', 'src/run/remember.ts', 'src/run/tell.ts', 'src/run/owed.ts', 'src/run/post.ts'),
  // What leaves beats of jobs.
  together('jobs', 'src/cli/jobs/program.ts', 'src/cli/commands/beat.ts', 'src/cli/commands/exec/exec.ts'),
  // What every run with a mail notifier needs, and not what sends.
  together('mail', 'src/notifiers/mail/kind.ts'),
]

/** A file of that name, for these modules. */
function together(name, ...files) {
  return { name, test: (id) => files.includes(relative(process.cwd(), id)) }
}

const shared = {
  platform: 'node',
  external: NATIVE,
  transform: { target: 'node20' },
  // Such as a package that is not there, which would be asked for at run time.
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
}
const out = mkdtempSync('dist-')

// The command is CommonJS, which Node starts fastest.
await build({
  ...shared,
  input: { main: 'src/cli/start.ts' },
  // The rest of the command imports from its first file, which is no other file's front.
  preserveEntrySignatures: 'allow-extension',
  // Node takes milliseconds to load it.
  resolve: { alias: { 'node:child_process': resolve('build/no-programs.js') } },
  // pg looks at it to see whether it is on Cloudflare, and to look at it Node loads all that fetches from the web.
  transform: { ...shared.transform, define: { Response: 'undefined' } },
  output: {
    dir: join(out, 'cli'),
    format: 'cjs',
    entryFileNames: '[name].cjs',
    // A command that was started before an upgrade finds its own files, or none, but not those of another version.
    chunkFileNames: '[name]-[hash].cjs',
    codeSplitting: { groups: TOGETHER },
    // What is imported has to be what has been loaded here, and nothing of a user's is.
    dynamicImportInCjs: false,
    strict: true,
    minify: true,
    comments: false,
    // With one other sign in it, V8 takes longer for all of a file.
    charset: 'ascii',
  },
})

// A program of its own, that also the library starts.
await build({
  ...shared,
  input: 'src/drivers/sqlite/child.ts',
  output: { file: join(out, 'cli/child.js'), format: 'esm' },
})

// Another, for modules of one's own.
await build({
  ...shared,
  input: 'src/sources/module/host.ts',
  output: { file: join(out, 'module-host.mjs'), format: 'esm' },
})

// The library is plain modules with types.
execFileSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.lib.json', '--outDir', join(out, 'lib')],
  { stdio: 'inherit' },
)

// Editors complete the configuration file by its schema.
const outfile = join(out, 'json-schema.mjs')
await build({
  ...shared,
  input: 'build/json-schema.ts',
  output: { file: outfile, format: 'esm', codeSplitting: false },
})
const { configJsonSchema } = await import(pathToFileURL(outfile).href)
writeFileSync(join(out, 'schema.json'), `${JSON.stringify(await configJsonSchema(), undefined, 2)}\n`)
rmSync(outfile)

// The manual says what --help says. It is made where the version is found as it is from the command.
const maker = join(out, 'cli/man-page.mjs')
await build({
  ...shared,
  input: 'build/man-page.ts',
  external: /^[^./]/,
  output: { file: maker, format: 'esm', codeSplitting: false },
})
const { manPage } = await import(pathToFileURL(maker).href)
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const released = readFileSync('CHANGELOG.md', 'utf8').match(new RegExp(`^## ${version} - (\\S+)$`, 'm'))?.[1]
writeFileSync(join(out, 'lastalive.1'), await manPage(released ?? ''))
rmSync(maker)

// Swapped in as a whole: a command that starts meanwhile finds either the old or the new one.
chmodSync(out, 0o755)
rmSync('dist', { recursive: true, force: true })
renameSync(out, 'dist')
