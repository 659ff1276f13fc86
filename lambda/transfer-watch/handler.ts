/** Looks at the environment's transfers: every five minutes, and when one begins or fails. */
import { TransferWatchEnv } from '../../protocol/env.ts';
import { UNCLASSIFIED as NO_DATASET } from '../../protocol/ledger.ts';
import { pacesPath, tasksPath } from '../../protocol/places.ts';
import { Bandwidth } from '../../protocol/transfer.ts';
import { s3Client } from '../../runtime/aws.ts';
import { emfLine } from '../../runtime/emf.ts';
import { readEnv } from '../../runtime/env.ts';
import { readParameters } from '../../runtime/parameters.ts';
import { datasyncClient } from '../../runtime/transfer/place.ts';
import { look, type Finding } from './look.ts';
import { recall, remember } from './memory.ts';

export async function handler(): Promise<void> {
  const env = readEnv(TransferWatchEnv);
  const paces = await readParameters(pacesPath(env.estate, env.environment));
  const found = await look(
    {
      client: datasyncClient(),
      tasks: await readParameters(tasksPath(env.estate, env.environment)),
      paces: new Map([...paces].map(([dataset, text]) => [dataset, Bandwidth.parse(JSON.parse(text))])),
      agents: JSON.parse(env.agents) as Record<string, string>,
    },
    await recall(s3Client(), env.workBucket),
    new Date(),
  );
  tell('agent offline', found.agentsOffline);
  tell('transfer failed', found.failed);
  tell('transfer stands still', found.stalled);
  tell('schedule stopped by DataSync', found.schedulesStopped);
  for (const paced of found.paced) console.log(JSON.stringify({ message: 'limit set', ...paced }));
  console.log(
    emfLine(env.environment, NO_DATASET, {
      AgentsOffline: found.agentsOffline.length,
      TransfersFailed: found.failed.length,
      TransfersStalled: found.stalled.length,
      TransferSchedulesStopped: found.schedulesStopped.length,
    }),
  );
  // After the telling: a crash between the two tells a failure twice, never not at all.
  await remember(s3Client(), env.workBucket, found.memory);
}

function tell(message: string, findings: readonly Finding[]): void {
  for (const finding of findings) console.error(JSON.stringify({ message, ...finding }));
}
