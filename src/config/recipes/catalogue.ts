import { recipe as airflowDagProcessor } from './airflow-dag-processor.ts'
import { recipe as airflowScheduler } from './airflow-scheduler.ts'
import { recipe as airflowTriggerer } from './airflow-triggerer.ts'
import { recipe as apscheduler } from './apscheduler.ts'
import { recipe as bullmq } from './bullmq.ts'
import { recipe as celeryRedbeat } from './celery-redbeat.ts'
import { recipe as dagster } from './dagster.ts'
import { recipe as dbos } from './dbos.ts'
import { recipe as dbosWorkflows } from './dbos-workflows.ts'
import { recipe as delayedJob } from './delayed-job.ts'
import { recipe as djangoCeleryBeat } from './django-celery-beat.ts'
import { recipe as djangoQ2 } from './django-q2.ts'
import { recipe as drupal } from './drupal.ts'
import { recipe as goodJob } from './good-job.ts'
import { recipe as grafana } from './grafana.ts'
import { recipe as graphileWorker } from './graphile-worker.ts'
import { recipe as graphileWorkerJobs } from './graphile-worker-jobs.ts'
import { recipe as hangfire } from './hangfire.ts'
import { recipe as laravelQueue } from './laravel-queue.ts'
import { recipe as magento } from './magento.ts'
import { recipe as manitou } from './manitou.ts'
import { recipe as manitouImport } from './manitou-import.ts'
import { recipe as manitouSent } from './manitou-sent.ts'
import { recipe as matomo } from './matomo.ts'
import { recipe as mediawiki } from './mediawiki.ts'
import { recipe as moodle } from './moodle.ts'
import { recipe as nextcloud } from './nextcloud.ts'
import { recipe as oban } from './oban.ts'
import { recipe as pgBoss } from './pg-boss.ts'
import { recipe as pgCron } from './pg-cron.ts'
import { recipe as pgagent } from './pgagent.ts'
import { recipe as pgagentJobs } from './pgagent-jobs.ts'
import { recipe as pgq } from './pgq.ts'
import { recipe as pgqConsumers } from './pgq-consumers.ts'
import { recipe as postgresArchiver } from './postgres-archiver.ts'
import { recipe as postgresStandbys } from './postgres-standbys.ts'
import { recipe as postgresSubscriptions } from './postgres-subscriptions.ts'
import { recipe as prefect } from './prefect.ts'
import { recipe as procrastinate } from './procrastinate.ts'
import { recipe as quartz } from './quartz.ts'
import type { Recipe } from './recipe.ts'
import { recipe as resque } from './resque.ts'
import { recipe as riverLeader } from './river-leader.ts'
import { recipe as riverQueues } from './river-queues.ts'
import { recipe as rq } from './rq.ts'
import { recipe as sidekiq } from './sidekiq.ts'
import { recipe as sidequest } from './sidequest.ts'
import { recipe as solidQueue } from './solid-queue.ts'
import { recipe as temporal } from './temporal.ts'
import { recipe as typo3 } from './typo3.ts'
import { recipe as typo3Tasks } from './typo3-tasks.ts'
import { recipe as windmill } from './windmill.ts'
import { recipe as wordpress } from './wordpress.ts'
import { recipe as zabbix } from './zabbix.ts'

/** All recipes, by name. */
export const RECIPES: readonly Recipe[] = [
  airflowDagProcessor,
  airflowScheduler,
  airflowTriggerer,
  apscheduler,
  bullmq,
  celeryRedbeat,
  dagster,
  dbos,
  dbosWorkflows,
  delayedJob,
  djangoCeleryBeat,
  djangoQ2,
  drupal,
  goodJob,
  grafana,
  graphileWorker,
  graphileWorkerJobs,
  hangfire,
  laravelQueue,
  magento,
  manitou,
  manitouImport,
  manitouSent,
  matomo,
  mediawiki,
  moodle,
  nextcloud,
  oban,
  pgBoss,
  pgCron,
  pgagent,
  pgagentJobs,
  pgq,
  pgqConsumers,
  postgresArchiver,
  postgresStandbys,
  postgresSubscriptions,
  prefect,
  procrastinate,
  quartz,
  resque,
  riverLeader,
  riverQueues,
  rq,
  sidekiq,
  sidequest,
  solidQueue,
  temporal,
  typo3,
  typo3Tasks,
  windmill,
  wordpress,
  zabbix,
]
