import { at, beatAt, DAY, EQUAL, hours, type JobCases, minutes, ran } from './case.ts'

export const PARIS: JobCases = {
  title: 'a backup at 02:30 in Paris, with a grace of half an hour',
  expected: { schedule: '30 2 * * *', timezone: 'Europe/Paris', grace: minutes(30) },
  cases: [
    {
      what: 'the night in which there is no 02:30: just when it is due, at 03:00',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 01:00'),
      is: 'up',
      healthchecks: 'grace',
      why: EQUAL,
    },
    {
      what: 'the night in which there is no 02:30: a second before the grace is over',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 01:29:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'the night in which there is no 02:30: just when the grace is over',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 01:30'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'the night in which there is no 02:30: a second after the grace is over',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 01:30:01'),
      is: 'down',
      says: 'due Sun 29 Mar 03:00',
      healthchecks: 'down',
    },
    {
      what: 'the night in which there is no 02:30: it ran at 03:00',
      runs: [ran('03-28 01:30', '03-28 01:31'), ran('03-29 01:00', '03-29 01:01')],
      now: at('03-29 12:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'the night after that one: at 02:30 again',
      runs: [ran('03-29 01:00', '03-29 01:01')],
      now: at('03-30 01:00:01'),
      is: 'down',
      says: 'due Mon 30 Mar 02:30',
      healthchecks: 'down',
    },
    {
      what: 'the night in which 02:30 comes twice: a second before the grace of the first is over',
      runs: [ran('10-24 00:30', '10-24 00:31')],
      now: at('10-25 00:59:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'the night in which 02:30 comes twice: just when the grace of the first is over',
      runs: [ran('10-24 00:30', '10-24 00:31')],
      now: at('10-25 01:00'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'the night in which 02:30 comes twice: a second after the grace of the first is over',
      runs: [ran('10-24 00:30', '10-24 00:31')],
      now: at('10-25 01:00:01'),
      is: 'down',
      says: 'due Sun 25 Oct 02:30',
      healthchecks: 'down',
    },
    {
      what: 'the night in which 02:30 comes twice: the second is none',
      runs: [ran('10-24 00:30', '10-24 00:31'), ran('10-25 00:30', '10-25 00:31')],
      now: at('10-25 02:30'),
      is: 'up',
      healthchecks: 'up',
    },
  ],
}

export const TIMER: JobCases = {
  title: 'a timer of systemd at 02:30 in Paris, with a grace of half an hour',
  expected: { schedule: 'OnCalendar=*-*-* 02:30:00', timezone: 'Europe/Paris', grace: minutes(30) },
  cases: [
    {
      what: 'the night in which there is no 02:30: it is left out',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-29 22:00'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'the night after that one',
      runs: [ran('03-28 01:30', '03-28 01:31')],
      now: at('03-30 01:00:01'),
      is: 'down',
      says: 'due Mon 30 Mar 02:30',
      healthchecks: 'down',
    },
  ],
}

export const PERIOD_AND_CLOCK: JobCases = {
  title: 'a beat each day from a job that cron runs at 03:30 in Paris, with a grace of an hour',
  expected: { every: DAY, grace: hours(1), timezone: 'Europe/Paris' },
  cases: [
    {
      what: 'the night of 25 hours: a second before it comes',
      runs: [beatAt('10-24 01:30')],
      now: at('10-25 02:29:59'),
      is: 'late',
      healthchecks: 'grace',
    },
    {
      what: 'the night of 25 hours: just when it comes, its grace is over',
      runs: [beatAt('10-24 01:30')],
      now: at('10-25 02:30'),
      is: 'late',
      healthchecks: 'down',
      why: EQUAL,
    },
    {
      what: 'the night of 25 hours: it came',
      runs: [beatAt('10-24 01:30'), beatAt('10-25 02:30')],
      now: at('10-25 02:31'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'the night of 23 hours: it came an hour early',
      runs: [beatAt('03-28 02:30'), beatAt('03-29 01:30')],
      now: at('03-29 03:31'),
      is: 'up',
      healthchecks: 'up',
    },
    {
      what: 'the night of 23 hours: it did not come, which is seen an hour later than the clock on the wall says',
      runs: [beatAt('03-28 02:30')],
      now: at('03-29 03:30:01'),
      is: 'down',
      says: 'due Sun 29 Mar 04:30',
      healthchecks: 'down',
    },
  ],
}
