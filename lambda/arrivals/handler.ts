/** Arrivals: takes events of the raw bucket from the queue, records the object versions and takes them to work. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { emfLine } from '../../runtime/emf.ts';
import { Packer } from '../../runtime/packer.ts';
import { functionWorkplace } from '../../runtime/program.ts';
import { arrive, type Arrivals } from './arrive.ts';

let ready: (Arrivals & { environment: string }) | undefined;

function setUp(): Arrivals & { environment: string } {
  const work = functionWorkplace(__dirname);
  return { ...work, packer: new Packer(work) };
}

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  ready ??= setUp();
  const report = await arrive(event.Records, ready);
  for (const [dataset, count] of report.recorded)
    console.log(emfLine(ready.environment, dataset, { ObjectsRecorded: count }));
  console.log(emfLine(ready.environment, '-', { ShardsStarted: report.started, ShardsResumed: report.resumed }));
  for (const [messageId, { name, message }] of report.failed)
    console.error(JSON.stringify({ messageId, error: name, message }));
  return { batchItemFailures: [...report.failed.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
}
