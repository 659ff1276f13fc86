/** The state of an environment, as `decant status` tells it. */
import { join } from 'node:path';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Estate } from '../protocol/estate.ts';
import type { Places } from '../protocol/places.ts';
import { clientConfig, dynamoClient, s3Client, sfnClient } from './aws.ts';
import { compileContracts } from './contracts.ts';
import { ringingAlarms, type RingingAlarm } from './status/alarms.ts';
import { claimedShards, openRows } from './status/open.ts';
import { resultSums } from './status/results.ts';
import { tally, type Tally } from './status/tally.ts';
import { transfersOf } from './transfer/environment.ts';
import type { TransferStatus } from './transfer/status.ts';

/** Unfinished rows read at most; a running bulk load has millions, of which counts to this size tell enough. */
const OPEN_ROWS = 100_000;

export interface EnvironmentStatus extends Tally {
  /** More rows are unfinished than were counted. */
  readonly openRowsCut: boolean;
  readonly running: { ingest: number; backfill: number };
  /** Messages. */
  readonly queue: { waiting: number; inFlight: number; deadLetters: number };
  /** The deployed contracts are not those of the estate file. */
  readonly staleDeployment: boolean;
  /** Of datasets that travel by DataSync and have a task. */
  readonly transfers: readonly TransferStatus[];
  /** Those that ring. */
  readonly alarms: readonly RingingAlarm[];
}

export interface StatusRequest {
  readonly estate: Estate;
  readonly environmentName: string;
  readonly places: Places;
  /** Folder for what may be kept between calls. */
  readonly cacheDir: string;
  readonly dataset?: string | undefined;
}

export async function environmentStatus({
  estate,
  environmentName,
  places,
  cacheDir,
  dataset,
}: StatusRequest): Promise<EnvironmentStatus> {
  const dynamo = dynamoClient();
  const cache = join(cacheDir, places.workBucket, 'results.jsonl');
  // The ledger is read before the results: what finishes in between is counted as finished, and not lost.
  const open = await openRows(dynamo, places.ledgerTable, OPEN_ROWS);
  const wanted = dataset === undefined ? open.rows : open.rows.filter((r) => r.dataset === dataset);
  const bound = [...new Set(wanted.filter((r) => r.state === 'bound').map((r) => r.shard))];
  const [claimed, results, ingest, backfill, queue, transfers, alarms] = await Promise.all([
    claimedShards(dynamo, places.ledgerTable, bound),
    resultSums(s3Client(), places.workBucket, cache, dataset),
    running(places.ingestMachineArn),
    running(places.backfillMachineArn),
    queueDepths(places),
    transfersOf(estate.estate, environmentName, places, dataset),
    ringingAlarms(estate.estate, environmentName),
  ]);
  const names = dataset === undefined ? Object.keys(estate.datasets) : [dataset];
  return {
    ...tally(names, results, wanted, claimed),
    openRowsCut: open.more,
    running: { ingest, backfill },
    queue,
    staleDeployment: compileContracts(estate).contractSet !== places.contractSet,
    transfers,
    alarms,
  };
}

/** Executions of a state machine that run now, up to the first page of a thousand. */
async function running(stateMachineArn: string): Promise<number> {
  const found = await sfnClient().send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000 }),
  );
  return found.executions?.length ?? 0;
}

async function queueDepths(places: Places): Promise<EnvironmentStatus['queue']> {
  const sqs = new SQSClient({ ...clientConfig(), useQueueUrlAsEndpoint: false });
  const depth = async (QueueUrl: string) => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    const count = (name: 'ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible') =>
      Number(Attributes?.[name] ?? 0);
    return { waiting: count('ApproximateNumberOfMessages'), inFlight: count('ApproximateNumberOfMessagesNotVisible') };
  };
  const [arrivals, dead] = await Promise.all([depth(places.arrivalsQueueUrl), depth(places.arrivalsDlqUrl)]);
  return { ...arrivals, deadLetters: dead.waiting + dead.inFlight };
}
