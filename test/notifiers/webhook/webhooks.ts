import { expect } from 'vitest'
import type { Message } from '../../../src/core/incident/notice.ts'
import { parseHttpUrl } from '../../../src/io/net/http-url.ts'
import { createWebhookNotifier, type WebhookSettings } from '../../../src/notifiers/webhook/webhook.ts'
import { message, within } from '../messages.ts'

/** What a test wants different of a webhook that is posted to. */
export type Changes = Partial<Omit<WebhookSettings, 'target'>> & { readonly url: string }

/** A webhook called chat, with ten seconds. */
export function settingsOf({ url, ...changes }: Changes): WebhookSettings {
  return { target: parseHttpUrl(url), method: 'POST', headers: {}, timeout: 10, ...changes }
}

/** What becomes of one message. */
export async function sendTo(changes: Changes, said: Partial<Message> = {}, options = within(10_000)) {
  const [delivery] = await createWebhookNotifier('chat', settingsOf(changes)).send(message(said), ['chat'], options)
  return delivery
}

export const passing = (error: RegExp) => ({ kind: 'refused', permanent: false, error: expect.stringMatching(error) })
export const forGood = (error: RegExp) => ({ kind: 'refused', permanent: true, error: expect.stringMatching(error) })
export const inDoubt = (error: RegExp) => ({ kind: 'uncertain', error: expect.stringMatching(error) })

/** An error of the webhook chat on this machine, which goes on in these words. */
export const words = (text: string) =>
  new RegExp(`^webhook chat at (127\\.0\\.0\\.1|localhost|\\[::ffff:7f00:1\\]):\\d+ ${text}$`)
