import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { down, release, up } from '../../../local/supervisor.ts';
import { connect, inlineFunction, until } from './aws.ts';

const SLOW_MS = 120_000;
const dir = join(process.cwd(), 'build', 'test', 'emulator-moved');

/** Delivers one message to a queue that a function reads, and says whether the function took it. */
async function taken(endpoint: string, url: string): Promise<boolean> {
  const { sqs } = connect(endpoint);
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: '{}' }));
  return until(
    'the queue to empty',
    async () => {
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
      const waiting = Number(Attributes?.['ApproximateNumberOfMessages']);
      return waiting === 0 && Number(Attributes?.['ApproximateNumberOfMessagesNotVisible']) === 0 ? true : undefined;
    },
    15_000,
  ).catch(() => false);
}

async function queueWithReader(endpoint: string): Promise<string> {
  const { outputs } = await connect(endpoint).stack(
    {
      Q: { Type: 'AWS::SQS::Queue', Properties: {} },
      F: inlineFunction('exports.handler = async () => ({});'),
      M: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: { 'Fn::GetAtt': ['Q', 'Arn'] }, FunctionName: { Ref: 'F' }, BatchSize: 1 },
      },
    },
    { Url: { Ref: 'Q' } },
  );
  return outputs['Url'] ?? '';
}

async function moved(without: string[]): Promise<boolean> {
  await down({ dir });
  await rm(dir, { recursive: true, force: true });
  const before = await up({ dir, without });
  const url = await queueWithReader(before.endpoint);
  await down({ dir });
  const after = await up({ dir, without, port: before.port + 40 });
  return taken(after.endpoint, url);
}

beforeAll(() => down({ dir }), SLOW_MS);
afterAll(() => down({ dir }), SLOW_MS);

test('a queue is read on after a restart on another port', async () => expect(await moved([])).toBe(true), SLOW_MS);

test('without the mend it is not', async () => expect(await moved(['queue_urls'])).toBe(false), SLOW_MS);

/** Stops and starts while a message is in flight for ten minutes; how many messages can be received then. */
async function receivedAgain(without: string[]): Promise<number> {
  await down({ dir });
  await rm(dir, { recursive: true, force: true });
  const before = await up({ dir, without });
  const { sqs } = connect(before.endpoint);
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'jobs', Attributes: { VisibilityTimeout: '600' } }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages).toHaveLength(1);
  await down({ dir });
  const after = await up({ dir, without, port: before.port });
  return ((await connect(after.endpoint).sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).length;
}

test(
  'a message in flight can be received after a restart',
  async () => expect(await receivedAgain([])).toBe(1),
  SLOW_MS,
);

test('without the mend it is hidden', async () => expect(await receivedAgain(['queue_in_flight'])).toBe(0), SLOW_MS);

test(
  'a queue is not read while the embedded AWS is held after a crash',
  async () => {
    await down({ dir });
    await rm(dir, { recursive: true, force: true });
    const before = await up({ dir });
    const url = await queueWithReader(before.endpoint);
    await fetch(`${before.endpoint}/_ext/save`);
    process.kill(before.pid, 'SIGKILL');
    await until('the end', () => Promise.resolve(isGone(before.pid) || undefined));
    const after = await up({ dir });
    const whileHeld = await taken(after.endpoint, url);

    await release({ dir });

    expect([whileHeld, await taken(after.endpoint, url)]).toEqual([false, true]);
  },
  SLOW_MS,
);

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
