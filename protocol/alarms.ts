/** Alarms: id → what broke, for whom. The description adds the runbook's article, whose heading is the id. */
export const alarms = {
  'arrivals-dead-letters': 'Events of delivered objects could not be recorded; those objects wait until someone acts.',
  'arrivals-late': 'Delivered objects wait in the queue for more than 15 minutes; everything behind them is late.',
  'arrivals-errors': 'The arrivals function fails; events are tried again, then go to the dead-letter queue.',
  'sweeper-silent': 'The sweeper has not run for 15 minutes; objects whose shard was not started wait for it.',
  'sweeper-errors': 'The sweeper fails; objects whose shard was not started wait.',
  'register-errors': 'Tables or partitions cannot be registered; new data is written but not visible to queries.',
  'ingest-failed': 'An ingest execution ended failed; the rest of its shard is published, some objects are not.',
  'ingest-timed-out': 'An ingest execution has run for three days and was stopped; its shard is not done.',
  'backfill-failed': 'A backfill ended with lists that failed; the other lists are done.',
  'objects-unclassified': 'Objects were delivered that no contract knows; they are kept and wait for a contract.',
  'objects-quarantined':
    'Whole objects broke their contract and are in quarantine; their rows are missing from the tables.',
  'ledger-throttled': 'DynamoDB throttles the ledger; recording and claims slow down.',
  'ledger-errors': 'DynamoDB answers ledger requests with its own errors; work is retried.',
} as const;
export type AlarmId = keyof typeof alarms;
