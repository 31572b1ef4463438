/** Loaded before the command: this host's clock is CLOCK_OFF_BY seconds off, or it is called HOST_NAME. */
const { syncBuiltinESMExports } = require('node:module')
const os = require('node:os')

const { CLOCK_OFF_BY = '0', HOST_NAME = os.hostname() } = process.env
os.hostname = () => HOST_NAME
syncBuiltinESMExports()

const offsetMs = Number(CLOCK_OFF_BY) * 1_000
const Right = Date

globalThis.Date = class OtherDate extends Right {
  constructor(...parts) {
    if (parts.length === 0) super(Right.now() + offsetMs)
    else super(...parts)
  }

  static now() {
    return Right.now() + offsetMs
  }
}
