#!/usr/bin/env node
// Whoever ends the process while it loads is heard once it has.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {})
try {
  require('../dist/cli/main.cjs').start()
} catch (error) {
  // Not with 1, which means "warning" here.
  if (process.argv[2] === 'check') process.stdout.write('UNKNOWN - lastalive: cannot start; see stderr\n')
  process.stderr.write(`lastalive: cannot start: ${error instanceof Error ? error.stack : error}; run: npm ci\n`)
  process.exit(3)
}
