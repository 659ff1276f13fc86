/** What arrivals and the sweeper set up alike, once per process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArrivalsEnv } from '../protocol/env.ts';
import { dynamoClient, s3Client, sfnClient } from './aws.ts';
import type { CompiledContracts } from './contracts.ts';
import { readEnv } from './env.ts';
import { Ledger } from './ledger.ts';
import type { Workplace } from './workplace.ts';

/** The workplace of a deployed function: names from its environment, contracts from the file beside its code. */
export function functionWorkplace(
  folder: string,
  source: NodeJS.ProcessEnv = process.env,
): Workplace & { environment: string } {
  const env = readEnv(ArrivalsEnv, source);
  return {
    environment: env.environment,
    ledger: new Ledger(env.ledgerTable, dynamoClient()),
    s3: s3Client(),
    sfn: sfnClient(),
    rawBucket: env.rawBucket,
    workBucket: env.workBucket,
    ingestMachine: env.ingestMachine,
    compiled: JSON.parse(readFileSync(join(folder, 'contracts.json'), 'utf8')) as CompiledContracts,
    limits: { maxObjects: Number(env.shardMaxObjects), maxBytes: Number(env.shardMaxMiB) * 2 ** 20 },
  };
}
