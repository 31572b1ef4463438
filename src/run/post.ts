import { errorMessage } from '../core/errors.ts'
import { isDelivery } from '../core/incident/delivered.ts'
import type { Delivery, Sending } from '../core/incident/notice.ts'
import type { Deadline } from '../core/plan.ts'
import type { Notifier } from '../core/ports.ts'
import { within } from './deadline.ts'
import { containUntil } from './strays.ts'

/**
 * Sends a message, and hands on one answer for each of its recipients, as soon as it is known. What a notifier says twice,
 * or of somebody else, or too late, is ignored; whoever it says nothing of counts as refused for now.
 *
 * @param options.onDelivery resolves when the answer is remembered
 * @throws what `onDelivery` rejects with, once all are answered
 */
export async function post(
  notifier: Notifier,
  sending: Pick<Sending, 'message' | 'recipients'>,
  { deadline, onDelivery }: { readonly deadline: Deadline; readonly onDelivery: (delivery: Delivery) => Promise<void> },
): Promise<void> {
  const unanswered = new Set(sending.recipients)
  const remembered: Promise<void>[] = []
  const take = async (delivery: Delivery): Promise<void> => {
    if (!isDelivery(delivery) || !unanswered.delete(delivery.recipient)) return
    const remembering = onDelivery(delivery)
    remembered.push(remembering)
    // It is thrown in the end; a notifier has others to tell meanwhile.
    await remembering.catch(() => undefined)
  }
  const refuse = (error: string): void => {
    for (const recipient of [...unanswered]) void take({ recipient, kind: 'refused', permanent: false, error })
  }
  if (deadline.telling.aborted) refuse(`not tried: the run's ${deadline.timeout} s were over`)
  else {
    try {
      const options = { deadline: deadline.at, onDelivery: take }
      const sent = containUntil(deadline.telling, (signal) =>
        notifier.send(sending.message, sending.recipients, { ...options, signal }),
      )
      const late = (): readonly Delivery[] =>
        [...unanswered].map((recipient) => ({ recipient, kind: 'uncertain', error: 'no answer in time' }))
      const answers = await within(sent, { signal: deadline.telling, late })
      for (const delivery of Array.isArray(answers) ? answers : []) void take(delivery)
      refuse(`notifier ${notifier.name} gave no answer`)
    } catch (error) {
      // A defect of ours in one notifier must not silence the others.
      refuse(`unforeseen: ${errorMessage(error)}`)
    }
  }
  await Promise.all(remembered)
}
