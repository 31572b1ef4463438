import { type Limits, upTo } from '../judge/range.ts'
import { mapping } from './mapping.ts'
import { optional } from './quick.ts'
import { duration } from './values.ts'

export interface WrittenResponse {
  readonly warning?: number
  readonly critical?: number
}

const time = (about: string, example: string) => optional(() => duration({ about, example }))

/** The key that limits the response time. */
export function response(about: string) {
  return optional(() =>
    mapping(
      { warning: time('longer than this is a warning', '1s'), critical: time('longer than this is critical', '5s') },
      about,
    ),
  )
}

/** In seconds. */
export function responseLimits({ warning, critical }: WrittenResponse): Limits {
  return {
    ...(warning === undefined ? {} : { warning: upTo(warning) }),
    ...(critical === undefined ? {} : { critical: upTo(critical) }),
  }
}
