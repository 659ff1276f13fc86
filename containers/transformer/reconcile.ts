/** The nightly reconcile: ledger, raw listing, results and catalog agree again, and what was lost goes the normal way. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ReconcileEnv } from '../../protocol/env.ts';
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { TransformerExit } from '../../protocol/workflow.ts';
import { dynamoClient, s3Client, sfnClient } from '../../runtime/aws.ts';
import { glueClient } from '../../runtime/catalog/client.ts';
import type { CompiledContracts } from '../../runtime/contracts.ts';
import { emfLine } from '../../runtime/emf.ts';
import { readEnv } from '../../runtime/env.ts';
import { Ledger } from '../../runtime/ledger.ts';
import { reconcile } from '../../runtime/reconcile.ts';
import { describe, type Log } from './task/log.ts';

/** How often the log tells how far the listing is. */
const TELL_MS = 60_000;

/** Reconciles the whole environment; the exit code of the task. */
export async function runReconcile(log: Log, source: NodeJS.ProcessEnv = process.env): Promise<number> {
  const env = readEnv(ReconcileEnv, source);
  const [s3, sfn, glue] = [s3Client(), sfnClient(), glueClient()];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: env.contractsBucket, Key: env.contractsKey }));
  const compiled = JSON.parse((await Body?.transformToString()) ?? '') as CompiledContracts;
  const { rawBucket, workBucket, transformedBucket, quarantineBucket, catalogDatabase: database } = env;
  let told = Date.now();
  const report = await reconcile(
    {
      ...{ s3, sfn, rawBucket, workBucket, compiled },
      ledger: new Ledger(env.ledgerTable, dynamoClient()),
      ingestMachine: env.ingestMachine,
      limits: { maxObjects: Number(env.shardMaxObjects), maxBytes: Number(env.shardMaxMiB) * 2 ** 20 },
    },
    {
      registry: { s3, glue, workBucket, transformedBucket, quarantineBucket, database },
      onProgress(progress) {
        if (Date.now() - told < TELL_MS) return;
        told = Date.now();
        log('info', 'comparing', { ...progress });
      },
    },
  );
  const { failures, findings, ...counts } = report;
  const disagreements = Object.values(findings).reduce((sum, f) => sum + f.count, 0);
  process.stdout.write(`${emfLine(env.environment, UNCLASSIFIED, { Disagreements: disagreements })}\n`);
  const found = Object.entries(findings).map(([name, { count }]) => [name, count] as const);
  log('info', 'reconciled', { ...counts, ...Object.fromEntries(found), failures: failures.length });
  for (const { row, error } of failures) log('error', 'not taken on', { object: row.object, ...describe(error) });
  return failures.length === 0 ? TransformerExit.done : TransformerExit.failed;
}
