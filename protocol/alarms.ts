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
  'reconcile-failed': 'The nightly reconcile failed; what was lost since the last one is not found.',
  'reconcile-silent': 'No reconcile has ended well for two days; events that were lost stay lost until one does.',
  'reconcile-found':
    'The nightly reconcile found ledger, raw bucket and results in disagreement and mended what it could.',
  'crawl-failed': 'The crawler over the transformed bucket, or the comparison after it, failed; nothing was checked.',
  'schema-differs': 'Files of a table are not as the catalog says; queries of it fail or read wrong columns.',
  'objects-unclassified': 'Objects were delivered that no contract knows; they are kept and wait for a contract.',
  'objects-quarantined':
    'Whole objects broke their contract and are in quarantine; their rows are missing from the tables.',
  'ledger-throttled': 'DynamoDB throttles the ledger; recording and claims slow down.',
  'ledger-errors': 'DynamoDB answers ledger requests with its own errors; work is retried.',
  'dx-connection-down': 'A Direct Connect port has no link; transfers over it stop, or go on over what is left.',
  'dx-bgp-down': 'A BGP session of a virtual interface is down; no route to the sites leads over it.',
  'dx-light-low':
    'A Direct Connect port gets less light than its optic needs; errors and an outage are to be expected.',
  'dx-encryption-down': 'A port that must encrypt by MACsec does not; it passes no traffic until it does.',
  'vpn-tunnel-down': 'One tunnel of a VPN connection is down; the other carries everything, without a spare.',
  'vpn-down': 'Both tunnels of a VPN connection are down; a site is cut off, or without its backup.',
  'transfer-failed': 'A DataSync execution failed; files of its dataset are not in the raw bucket.',
  'transfer-stalled': 'A DataSync execution runs and gets no further; its dataset comes late or not at all.',
  'transfer-schedule-stopped':
    'DataSync has stopped the schedule of a task that failed again and again; its dataset is delivered no more.',
  'transfer-watch-silent':
    'Nobody has looked at transfers for 15 minutes; failures go untold, and bandwidth limits do not follow the hour.',
  'transfer-report-overdue':
    'The report of a transfer is not evidence a week after its end, or nobody has archived any for six hours; DataSync forgets it after 30 days.',
  'agent-offline': 'A DataSync agent does not answer; every dataset that travels through it waits.',
  'snowball-job-stuck':
    'A Snowball job has stayed in one state for longer than it takes; the device may be lost or forgotten.',
  'snowball-import-failed': 'An order of Snowball devices ended failed: a device or some objects did not come through.',
  'snowball-order-timed-out':
    'An order of Snowball devices was stopped after 360 days; nobody watches its jobs any more.',
  'embed-failed':
    'A run of the embed workflow ended failed; new molecules of its dataset have no embedding until the next run.',
  'embed-timed-out':
    'A run of the embed workflow has gone on for two days and was stopped; its dataset is not embedded.',
  'embed-dead-letters':
    'Updates of datasets could not be taken to the embed workflow; their molecules wait until someone acts.',
  'molecules-invalid':
    'More of a dataset’s new molecules than the estate allows cannot be read; they have no embedding.',
  'molecules-foreign':
    'More of a dataset’s new molecules than the estate allows are unlike what the model has seen; their predictions are guesses.',
  'molecules-shifted': 'The new molecules are far longer or shorter than those of the model’s card.',
  'predictions-shifted': 'Predictions for the new molecules are distributed quite unlike those of the model’s card.',
  'drift-failed': 'The daily look at new molecules failed; nobody compares them with what the model has seen.',
  'copy-grant-ends':
    'The leave to read a source bucket ends within a week, or has ended; then every copy from it is refused.',
  'copy-role-left-enabled':
    'The role that copies from a source bucket has been enabled for a day; it may be left over from a copy that was cut short.',
  'copy-grants-unwatched':
    'Nobody has looked for two hours at how long leaves to copy last, and whether roles of copies are enabled.',
  'api-errors': 'The prediction API answers with errors of its own (5xx); callers get no answer, or try again.',
  'api-slow':
    'One answer of the prediction API in a hundred takes more than five seconds; callers run into their own limits.',
  'api-function-throttled':
    'Lambda refuses calls of the function behind the prediction API: the account has no more room for functions.',
  'api-throttled': 'Applications ask the prediction API more than their plan allows, and are told to wait (429).',
  'api-unauthorized':
    'Many requests to the prediction API are refused for who asks (401, 403): a wrong secret, a missing scope, or somebody who tries.',
  'api-blocked': 'The firewall before the prediction API refuses unusually many requests.',
  'api-job-failed': 'A job of the prediction API failed; whoever gave it is told, and has no results.',
} as const;
export type AlarmId = keyof typeof alarms;

/** `urgent`: data waits or is at risk, act now. `today`: some work stands still. `note`: look at it this week. */
export type Severity = 'urgent' | 'today' | 'note';

export const severities: Readonly<Record<AlarmId, Severity>> = {
  'arrivals-dead-letters': 'urgent',
  'arrivals-late': 'urgent',
  'arrivals-errors': 'today',
  'sweeper-silent': 'urgent',
  'sweeper-errors': 'today',
  'register-errors': 'urgent',
  'ingest-failed': 'today',
  'ingest-timed-out': 'today',
  'backfill-failed': 'today',
  'reconcile-failed': 'today',
  'reconcile-silent': 'urgent',
  'reconcile-found': 'note',
  'crawl-failed': 'today',
  'schema-differs': 'urgent',
  'objects-unclassified': 'note',
  'objects-quarantined': 'today',
  'ledger-throttled': 'urgent',
  'ledger-errors': 'today',
  'dx-connection-down': 'urgent',
  'dx-bgp-down': 'urgent',
  'dx-light-low': 'note',
  'dx-encryption-down': 'urgent',
  'vpn-tunnel-down': 'note',
  'vpn-down': 'urgent',
  'transfer-failed': 'today',
  'transfer-stalled': 'today',
  'transfer-schedule-stopped': 'today',
  'transfer-watch-silent': 'urgent',
  'transfer-report-overdue': 'today',
  'agent-offline': 'today',
  'snowball-job-stuck': 'today',
  'snowball-import-failed': 'urgent',
  'snowball-order-timed-out': 'today',
  'embed-failed': 'today',
  'embed-timed-out': 'today',
  'embed-dead-letters': 'today',
  'molecules-invalid': 'today',
  'molecules-foreign': 'note',
  'molecules-shifted': 'note',
  'predictions-shifted': 'note',
  'drift-failed': 'note',
  'copy-grant-ends': 'note',
  'copy-role-left-enabled': 'urgent',
  'copy-grants-unwatched': 'today',
  'api-errors': 'urgent',
  'api-slow': 'today',
  'api-function-throttled': 'urgent',
  'api-throttled': 'note',
  'api-unauthorized': 'note',
  'api-blocked': 'note',
  'api-job-failed': 'today',
};
