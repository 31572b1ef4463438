import type { Recipe } from './recipe.ts'

/** A job scheduler's next run moves into the future when a worker takes the one before it. */
export const recipe: Recipe = {
  name: 'bullmq',
  title: "BullMQ's job schedulers, by queue",
  check: { key: 'bull:*:repeat', score: 'oldest', expires: true, critical: '5m', vanished: 'closed' },
  databases: ['redis'],
  grants: 'ACL SETUSER watch ~bull:*:repeat +time +scan +zrange',
  source: {
    repository: 'taskforcesh/bullmq',
    files: ['src/classes/worker.ts', 'src/classes/job-scheduler.ts', 'src/commands/updateJobScheduler-12.lua'],
    version: '6.2.0',
  },
  trap: "Workers write no heartbeat of their own. Give each queue a job scheduler that runs every minute (upsertJobScheduler): it is overdue when no worker takes its jobs, or when too many others wait before it, or the queue is paused. A key of one queue, such as key: 'bull:mail:repeat', spares the server a walk through all keys.",
}
