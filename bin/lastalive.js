#!/usr/bin/env node
const { hostname, userInfo } = require('node:os')
const { isAbsolute, join, resolve } = require('node:path')
const { loadCompiled } = require('./compiled.js')
const { createOutput } = require('./output.js')

const TAKING_MS = 500

// Exit 1 means "warning" here, so nothing unforeseen may end with it: not even a broken installation.
process.exitCode = 3
process.removeAllListeners('warning')
process.on('warning', () => {})
// Where no file may be written (ulimit -f), that is an error of the write, to be told like a full disk.
process.on('SIGXFSZ', () => {})

/** Who hears that the process is to end; until somebody does, a plugin says so itself. */
let onEnd = (signal) => {
  if (world.argv[0] === 'check') world.stdout.write(`UNKNOWN - lastalive: stopped by ${signal}\n`)
  world.stderr.write(`lastalive: stopped by ${signal}\n`)
  process.exit(world.argv[0] === 'run' ? 4 : 3)
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => onEnd(signal))

const world = {
  argv: process.argv.slice(2),
  env: process.env,
  stdout: createOutput(1, () => process.stdout),
  stderr: createOutput(2, () => process.stderr),
  hostName: hostname(),
  home: homeOfUser(),
  userName: nameOfUser(),
  elapsedMs: () => process.uptime() * 1_000,
  onSignal,
  exit: (code) => process.exit(code),
}

start().catch((error) => {
  if (world.argv[0] === 'check') process.stdout.write('UNKNOWN - lastalive: cannot start; see stderr\n')
  world.stderr.write(`lastalive: cannot start: ${error instanceof Error ? error.stack : error}; run: npm ci\n`)
  process.exit(3)
})

async function start() {
  // In a directory of our own: in the usual one, below /tmp, somebody else could have put compiled code for us.
  const { XDG_CACHE_HOME: cache = '' } = process.env
  const directory = join(isAbsolute(cache) ? cache : join(world.home, '.cache'), 'lastalive')
  const file = resolve(__dirname, '../dist/cli/main.cjs')
  const { exports, keep } = loadCompiled(file, { directory, command: world.argv[0] ?? '' })
  const { fail, main } = exports
  process.on('uncaughtException', (error) => process.exit(fail(error, world)))
  const code = await main(world)
  onEnd = () => process.exit(code)
  // What a pipe has not taken yet is lost at the end of the process; but a reader that never reads must not hold us.
  await Promise.all([world.stdout.taken(TAKING_MS), world.stderr.taken(TAKING_MS)])
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
