/** Loads the bundle by code that was compiled before. */
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs')
const nodeModule = require('node:module')
const { basename, dirname, join } = require('node:path')
const vm = require('node:vm')

const DAY_MS = 24 * 60 * 60_000
/** What is older was for a version that is gone: what is in use is younger than a day. */
const KEPT_MS = 30 * DAY_MS

/**
 * Loads a file of the bundle, and what that asks for. Node could keep compiled code by itself from 22 on, but keeps only
 * what the first run of all has used: here it is what this command uses, and once a day what it uses by now.
 *
 * @param file its absolute path
 * @param directory where compiled code is kept; left alone where somebody else can write there, as with the home of
 *   another user that `sudo` has kept: what lies there is executed
 * @param command the word that says what this process is for: each has code of its own
 * @returns what the file exports; and `keep`, which keeps what had to be compiled for the next time, and says nothing
 *   where that is not possible
 */
exports.loadCompiled = (file, { directory, command }) => {
  const isTrusted = isOurs(directory)
  const compiled = []
  const suffix = /^[a-z-]{1,20}$/.test(command) ? `-${command}` : ''
  const loaded = load(file, { directory, isTrusted, compiled, suffix, modules: new Map() })
  return { exports: loaded, keep: () => keepAll(isTrusted ? compiled : [], directory) }
}

function load(file, kept) {
  const before = kept.modules.get(file)
  if (before !== undefined) return before.exports
  const { size, mtimeMs } = statSync(file)
  const { arch, versions } = process
  const path = join(kept.directory, `${basename(file)}-${size}-${mtimeMs}-${versions.v8}-${arch}${kept.suffix}`)
  const { cachedData, isOld } = kept.isTrusted ? readKept(path) : NOTHING
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

const NOTHING = { cachedData: undefined, isOld: true }

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
    return NOTHING
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
