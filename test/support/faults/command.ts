import { start } from '../../../src/cli/start.ts'

/** The command as it starts, with what goes wrong built in. */
void start()
