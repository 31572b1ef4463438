/** What `node:fs/promises` has, without what that loads beside: for what is not there in most runs, it takes too long. */
import { access as accessBack, readFile as readFileBack, stat as statBack } from 'node:fs'
import { promisify } from 'node:util'

export const access = promisify(accessBack)
export const readFile = promisify(readFileBack)
export const stat = promisify(statBack)
