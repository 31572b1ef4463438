/**
 * What a person would want to hear in that week, written by hand: when, by which notifiers, and what. A `?` is a message
 * that was taken by a server which did not say so.
 */
export const WEEK: readonly string[] = [
  'Mon 09:05 ops: WARNING mdx: silent for 5 min 30 s (limit 5 min)',
  'Mon 09:10 ops, pager: CRITICAL mdx: silent for 10 min (limit 10 min)',
  'Mon 09:42 ops, pager: OK mdx: alive again after 42 min',

  // Mail was down when mdx went silent and came back, and until the shop's database was gone.
  'Tue 02:10 pager: CRITICAL mdx: silent for 10 min (limit 10 min)',
  'Tue 02:25 pager: OK mdx: alive again after 25 min',
  'Tue 03:00 pager: CRITICAL database shop: connection refused',
  'Tue 03:20 ops: CRITICAL database shop: connection refused; MISSED mdx: was silent from 02:00 to 02:25, now alive',
  'Tue 03:40 ops, pager: OK database shop: answers again after 40 min',

  // The database was gone first, mdx died behind it, mail was down when both could be seen, and the queue stood still
  // as long as mdx did, and some minutes longer.
  'Wed 10:05 ops, pager: CRITICAL database mail: connection refused',
  'Wed 10:20 pager: OK database mail: answers again after 15 min',
  'Wed 10:22 pager: CRITICAL mdx: silent for 10 min (limit 10 min)',
  'Wed 10:25 ops: CRITICAL mdx: silent for 10 min (limit 10 min); OK database mail: answers again after 15 min',
  'Wed 10:45 ops, pager: CRITICAL queue: silent for 20 min (limit 5 min); OK mdx: alive again after 33 min',
  'Wed 10:50 ops, pager: OK queue: alive again after 25 min',

  // The worker came and went every ten minutes.
  'Thu 14:02 ops: CRITICAL worker: silent for 2 min 30 s (limit 2 min)',
  'Thu 14:04 ops: OK worker: alive again after 4 min 30 s',
  'Thu 14:12 ops: CRITICAL worker: silent for 2 min 30 s (limit 2 min)',
  'Thu 14:14 ops: OK worker: alive again after 4 min 30 s',
  'Thu 14:22 ops: CRITICAL worker: silent for 2 min 30 s (limit 2 min)',
  'Thu 14:24 ops: OK worker: alive again after 4 min 30 s',
  'Thu 14:32 ops: FLAPPING worker: opened 4 times since 14:02, last silent for 2 min 30 s (limit 2 min)',
  'Thu 15:54 ops: SETTLED OK worker: alive since 14:54',

  // The import had stopped two hours before the shop was shut, and went on half an hour after it was open again.
  'Thu 17:00 ops: WARNING import: silent for 1 h of open hours, since Thu 16:00 (limit 1 h)',
  'Fri 08:30 ops: OK import: alive again after 16 h 30 min',

  // A long night: somebody saw to mdx from three to seven, and meanwhile the backup did not come.
  'Fri 20:05 ops: WARNING mdx: silent for 5 min 30 s (limit 5 min)',
  'Fri 20:10 ops, pager: CRITICAL mdx: silent for 10 min (limit 10 min)',
  'Sat 02:05 ops, pager: REMINDER CRITICAL mdx: silent since 20:00 (limit 10 min)',
  'Sat 04:30 ops?, pager: CRITICAL backup: missed the run of 04:00 (due 2026-10-24 04:00 +02:00, grace 30 min)',
  'Sat 04:31 ops?: CRITICAL backup: missed the run of 04:00 (due 2026-10-24 04:00 +02:00, grace 30 min)',
  'Sat 04:33 ops: CRITICAL backup: missed the run of 04:00 (due 2026-10-24 04:00 +02:00, grace 30 min)',
  'Sat 07:00 ops, pager: REMINDER CRITICAL mdx: silent since 20:00 (limit 10 min)',
  'Sat 09:00 ops, pager: OK mdx: alive again after 13 h',
  'Sat 09:15 ops, pager: OK backup: ran again after 4 h 45 min',

  // What was down within its maintenance and while it was silenced is told where it lasted longer.
  'Sun 04:00 ops, pager: CRITICAL mdx: silent for 10 min (limit 10 min)',
  'Sun 04:30 ops, pager: OK mdx: alive again after 1 h',
  'Sun 12:00 ops: CRITICAL worker: silent for 2 min 30 s (limit 2 min)',
  'Sun 12:30 ops: OK worker: alive again after 1 h',
]
