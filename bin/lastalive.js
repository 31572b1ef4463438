#!/usr/bin/env node
// What cron runs every minute lies in a file of its own for each, which is read faster than one for all commands.
const [command] = process.argv.slice(2)
// Whoever ends the process while it loads is heard once it has.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {})
try {
  require(`../dist/cli/${command === 'check' || command === 'run' ? command : 'main'}.cjs`).start()
} catch (error) {
  // Not with 1, which means "warning" here.
  if (command === 'check') process.stdout.write('UNKNOWN - lastalive: cannot start; see stderr\n')
  process.stderr.write(`lastalive: cannot start: ${error instanceof Error ? error.stack : error}; run: npm ci\n`)
  process.exit(3)
}
