import { isObject } from '../own.ts'
import type { Delivery } from './notice.ts'

/** Notifiers may be anybody's, and return anything. So their answer is checked. */
export function isDelivery(delivery: unknown): delivery is Delivery {
  if (!isObject(delivery) || !('kind' in delivery && 'recipient' in delivery)) return false
  switch (delivery.kind) {
    case 'accepted':
      return 'by' in delivery && typeof delivery.by === 'string'
    case 'refused':
      return 'permanent' in delivery && typeof delivery.permanent === 'boolean' && hasWords(delivery)
    case 'uncertain':
      return hasWords(delivery)
    default:
      return false
  }
}

function hasWords(delivery: object): boolean {
  return 'error' in delivery && typeof delivery.error === 'string'
}
