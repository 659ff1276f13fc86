/** The arrivals queue by hand: the function is kept away while a test takes, doubles or holds back events. */
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { clientConfig } from '../../../runtime/aws.ts';
import type { App } from '../app.ts';

export interface Queue {
  /** Takes so many messages out of the queue; their bodies. */
  take(count: number): Promise<string[]>;
  send(bodies: readonly string[]): Promise<void>;
  /** Waits until so many messages are in the queue. */
  holds(count: number): Promise<void>;
}

/** Runs `f` while the arrivals function takes no events. */
export async function arrivalsOff<T>(app: App, f: (queue: Queue) => Promise<T>): Promise<T> {
  const mapping = await mappingOf(app);
  await set(mapping, false);
  try {
    return await f(await queueOf(app));
  } finally {
    await set(mapping, true);
  }
}

/** Lambda's API is called by itself: no program of ours uses its client. */
async function lambda(path: string, init: RequestInit = {}): Promise<unknown> {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0';
  const url = `${process.env['AWS_ENDPOINT_URL'] ?? ''}/2015-03-31/event-source-mappings/${path}`;
  const response = await fetch(url, { ...init, headers: { authorization } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

async function mappingOf(app: App): Promise<string> {
  const { arrivalsQueueUrl } = await app.places();
  const name = arrivalsQueueUrl.split('/').at(-1) ?? '';
  const { EventSourceMappings } = (await lambda('')) as {
    EventSourceMappings: { UUID: string; EventSourceArn: string }[];
  };
  const found = EventSourceMappings.find((m) => m.EventSourceArn.endsWith(`:${name}`));
  if (!found) throw new Error(`nothing takes events from ${name}`);
  return found.UUID;
}

const set = (uuid: string, enabled: boolean): Promise<unknown> =>
  lambda(uuid, { method: 'PUT', body: JSON.stringify({ Enabled: enabled }) });

async function queueOf(app: App): Promise<Queue> {
  const sqs = new SQSClient({ ...clientConfig(), useQueueUrlAsEndpoint: false });
  const { arrivalsQueueUrl: QueueUrl } = await app.places();
  const receive = async (): Promise<Message[]> =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
  return {
    async take(count) {
      const taken: string[] = [];
      await app.until(`${count} events`, async () => {
        for (const m of await receive()) {
          taken.push(m.Body ?? '');
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: m.ReceiptHandle }));
        }
        return taken.length >= count;
      });
      return taken;
    },
    async send(bodies) {
      for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    async holds(count) {
      await app.until(`${count} events`, async () => (await app.queue()).waiting >= count);
    },
  };
}
