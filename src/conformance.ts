/** The laws that every notifier and every source keeps. Its author can run them against a target of their own. */
export type { Law } from './conformance/law.ts'
export { notifierLaws } from './conformance/notifier-laws.ts'
export { type SourceHarness, type SourceMood, type SourceTrial, sourceLaws } from './conformance/source-laws.ts'
export type { Mood, NotifierHarness, Received, Trial } from './conformance/trial.ts'
export type * from './core/incident/notice.ts'
export type { Answer, Notifier, SendOptions, Source } from './core/ports.ts'
