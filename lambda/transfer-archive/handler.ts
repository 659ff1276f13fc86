/** Archives the reports of transfers that have ended, also of those that nobody waits for: scheduled ones above all. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TransferArchiveEnv } from '../../protocol/env.ts';
import { UNCLASSIFIED as NO_DATASET } from '../../protocol/ledger.ts';
import { tasksPath } from '../../protocol/places.ts';
import { s3Client } from '../../runtime/aws.ts';
import { emfLine } from '../../runtime/emf.ts';
import { readEnv } from '../../runtime/env.ts';
import { readParameters } from '../../runtime/parameters.ts';
import { datasyncClient } from '../../runtime/transfer/place.ts';
import { archiveAll } from './archive-all.ts';

export async function handler(): Promise<void> {
  const env = readEnv(TransferArchiveEnv);
  const place = {
    workBucket: env.workBucket,
    evidenceBucket: env.evidenceBucket,
    datasync: datasyncClient(),
    s3: s3Client(),
    tasks: await readParameters(tasksPath(env.estate, env.environment)),
    sleep,
  };
  const { archived, waiting, overdue } = await archiveAll(place, new Date());
  for (const { execution, dataset, outcome, open } of archived)
    console.log(JSON.stringify({ message: 'report archived', dataset, execution, outcome, open }));
  for (const report of waiting) console.log(JSON.stringify({ message: 'report waits', ...report }));
  for (const report of overdue) console.error(JSON.stringify({ message: 'report overdue', ...report }));
  // Last, and only after a look at every dataset: one that fails counts nothing, and its silence rings.
  console.log(emfLine(env.environment, NO_DATASET, { TransferReportsOverdue: overdue.length }));
}
