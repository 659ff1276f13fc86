/** Takes updates of datasets from the queue and has each dataset embedded, one execution at a time. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { EmbedStartEnv } from '../../protocol/env.ts';
import { clientConfig, s3Client, sfnClient } from '../../runtime/aws.ts';
import { startEmbedding } from '../../runtime/embeddings/start.ts';
import { readEnv } from '../../runtime/env.ts';
import { gather, type Gathered } from './gather.ts';

const sqs = new SQSClient(clientConfig());

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const { workBucket, embedMachine, queueUrl, waitSec } = readEnv(EmbedStartEnv);
  const place = { s3: s3Client(), sfn: sfnClient(), workBucket, embedMachine };
  const failed: string[] = [];
  const take = async ({ messages, ...request }: Gathered): Promise<void> => {
    try {
      const { state, execution } = await startEmbedding(place, request);
      console.log(JSON.stringify({ message: state, dataset: request.dataset, execution }));
      if (state !== 'waits') return;
      // A message of its own instead of the old one: waiting is no failure, and must not end in the dead letters.
      const MessageBody = JSON.stringify(request);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds: Number(waitSec) }));
    } catch (error) {
      const { name, message } = error as Error;
      console.error(JSON.stringify({ dataset: request.dataset, error: name, message }));
      failed.push(...messages);
    }
  };
  const { requests, unreadable } = gather(event.Records);
  await Promise.all(requests.map(take));
  for (const { id, reason } of unreadable)
    console.error(JSON.stringify({ messageId: id, error: 'Unreadable', reason }));
  return {
    batchItemFailures: [...failed, ...unreadable.map((u) => u.id)].map((itemIdentifier) => ({ itemIdentifier })),
  };
}
