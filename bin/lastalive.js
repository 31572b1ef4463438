#!/usr/bin/env node
// The whole of it is one file: Node takes half a millisecond for each further one, whose compiled code it does not keep.
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs')
const nodeModule = require('node:module')
const { hostname, userInfo } = require('node:os')
const { basename, dirname, isAbsolute, join, resolve } = require('node:path')
const vm = require('node:vm')

const DAY_MS = 24 * 60 * 60_000
/** Compiled code that is older was for a version that is gone: what is in use is younger than a day. */
const KEPT_MS = 30 * DAY_MS
/** How long a reader may take to take what is left. */
const TAKING_MS = 500
const NOTHING_KEPT = { cachedData: undefined, isOld: true }

// Exit 1 means "warning" here, so nothing unforeseen may end with it: not even a broken installation.
process.exitCode = 3
process.removeAllListeners('warning')
process.on('warning', () => {})
// Where no file may be written (ulimit -f), that is an error of the write, to be told like a full disk.
process.on('SIGXFSZ', () => {})

/** Who hears that the process is to end; until somebody does, a plugin says so itself. */
let onEnd = (signal) => {
  if (world.argv[0] === 'check') process.stdout.write(`UNKNOWN - lastalive: stopped by ${signal}\n`)
  process.stderr.write(`lastalive: stopped by ${signal}\n`)
  process.exit(world.argv[0] === 'run' ? 4 : 3)
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => onEnd(signal))

const world = {
  argv: process.argv.slice(2),
  env: process.env,
  hostName: hostname(),
  home: homeOfUser(),
  userName: nameOfUser(),
  elapsedMs: () => process.uptime() * 1_000,
  onSignal,
  exit: (code) => process.exit(code),
}

start(world).catch((error) => {
  if (world.argv[0] === 'check') process.stdout.write('UNKNOWN - lastalive: cannot start; see stderr\n')
  process.stderr.write(`lastalive: cannot start: ${error instanceof Error ? error.stack : error}; run: npm ci\n`)
  process.exit(3)
})

async function start({ argv, home }) {
  // In a directory of our own: in the usual one, below /tmp, somebody else could have put compiled code for us.
  const { XDG_CACHE_HOME: cache = '' } = process.env
  const directory = join(isAbsolute(cache) ? cache : join(home, '.cache'), 'lastalive')
  const file = resolve(__dirname, '../dist/cli/main.cjs')
  const { exports, keep } = loadCompiled(file, { directory, purpose: purposeOf(argv) })
  const { createOutput, fail, main } = exports
  const [stdout, stderr] = [createOutput(1, () => process.stdout), createOutput(2, () => process.stderr)]
  process.on('uncaughtException', (error) => process.exit(fail(error, { ...world, stdout, stderr })))
  const code = await main({ ...world, stdout, stderr })
  onEnd = () => process.exit(code)
  // What a pipe has not taken yet is lost at the end of the process; but a reader that never reads must not hold us.
  await Promise.all([stdout.taken(TAKING_MS), stderr.taken(TAKING_MS)])
  keep()
  process.exit(code)
}

function onSignal(listener) {
  const before = onEnd
  onEnd = listener
  return () => {
    onEnd = before
  }
}

function homeOfUser() {
  const { HOME: home = '' } = process.env
  if (isAbsolute(home)) return home
  try {
    return userInfo().homedir
  } catch {
    // A user id that nobody has entered anywhere, as in a container.
    return '/'
  }
}

function nameOfUser() {
  try {
    return userInfo().username
  } catch {
    // A user id without a name, as in a container.
    return process.env.USER ?? process.env.LOGNAME ?? ''
  }
}

/** The command, and of a line without a file the kind of its database. */
function purposeOf(argv) {
  const [url] = argv.flatMap((word, i) =>
    word === '--url' ? argv.slice(i + 1, i + 2) : (word.match(/(?<=^--url=).*/) ?? []),
  )
  const kind = url === undefined ? [] : [/^[a-z0-9]+(?=:)/.exec(url)?.[0] ?? 'line']
  return [...argv.slice(0, 1), ...kind].filter((word) => /^[a-z0-9-]{1,20}$/.test(word)).join('-')
}

/**
 * Loads a file of the bundle, and what that asks for. Node could keep compiled code by itself from 22 on, but keeps only
 * what the first run of all has used: here it is what this command uses, and once a day what it uses by now.
 *
 * @param file its absolute path
 * @param directory where compiled code is kept; left alone where somebody else can write there, as with the home of
 *   another user that `sudo` has kept: what lies there is executed
 * @param purpose what this process is for: each has code of its own
 * @returns what the file exports; and `keep`, which keeps what had to be compiled for the next time, and says nothing
 *   where that is not possible
 */
function loadCompiled(file, { directory, purpose }) {
  const isTrusted = isOurs(directory)
  const compiled = []
  const suffix = purpose === '' ? '' : `-${purpose}`
  const loaded = load(file, { directory, isTrusted, compiled, suffix, modules: new Map() })
  return { exports: loaded, keep: () => keepAll(isTrusted ? compiled : [], directory) }
}

function load(file, kept) {
  const before = kept.modules.get(file)
  if (before !== undefined) return before.exports
  // Not when it was modified: packages have the same time in each version.
  const { size, ctimeMs } = statSync(file)
  const { arch, versions } = process
  const path = join(kept.directory, `${basename(file)}-${size}-${ctimeMs}-${versions.v8}-${arch}${kept.suffix}`)
  const { cachedData, isOld } = kept.isTrusted ? readKept(path) : NOTHING_KEPT
  const script = new vm.Script(nodeModule.wrap(readFileSync(file, 'latin1')), {
    filename: file,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  if (isOld || script.cachedDataRejected) kept.compiled.push({ script, path })
  const inPlace = nodeModule.createRequire(file)
  const requireFrom = (id) => (id.startsWith('./') ? load(join(dirname(file), id), kept) : inPlace(id))
  const loaded = { exports: {} }
  kept.modules.set(file, loaded)
  script.runInThisContext()(loaded.exports, requireFrom, loaded, file, dirname(file))
  return loaded.exports
}

/** Whether a directory is of this user, who alone can write there; one that is not there yet is made in one of theirs. */
function isOurs(directory, othersMayNot = 0o022) {
  try {
    const { uid, mode } = statSync(directory)
    return uid === (process.geteuid?.() ?? uid) && (mode & othersMayNot) === 0
  } catch (error) {
    return error.code === 'ENOENT' && isOurs(dirname(directory), 0)
  }
}

function readKept(path) {
  try {
    return { cachedData: readFileSync(path), isOld: Math.abs(Date.now() - statSync(path).mtimeMs) > DAY_MS }
  } catch {
    return NOTHING_KEPT
  }
}

function keepAll(compiled, directory) {
  if (compiled.length === 0) return
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    for (const { script, path } of compiled) {
      const unfinished = `${path}.${process.pid}`
      writeFileSync(unfinished, script.createCachedData(), { mode: 0o600, flush: true })
      renameSync(unfinished, path)
    }
    forgetOld(directory)
  } catch {
    // A disk that is full, or no home: the next one compiles again.
  }
}

/** What an update has replaced, and what a killed run has left unfinished. */
function forgetOld(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isFile() && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true })
  }
}
