/** Events as S3 sends them through EventBridge and SQS. */
import { randomUUID } from 'node:crypto';
import type { Message } from '../../../lambda/arrivals/arrive.ts';

export interface Told {
  readonly key: string;
  readonly version?: string;
  readonly size?: number;
  readonly sequencer?: string;
  readonly time?: string;
  readonly deletion?: 'Permanently Deleted' | 'Delete Marker Created';
}

export function message(bucket: string, told: Told): Message {
  const {
    key,
    version = 'v1',
    size = 10,
    sequencer = '0055AED6DCD90281E5',
    time = '2026-11-20T10:00:00Z',
    deletion,
  } = told;
  const body = {
    version: '0',
    id: randomUUID(),
    'detail-type': deletion ? 'Object Deleted' : 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time,
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, ...(deletion ? {} : { size, etag: 'd41d8' }), 'version-id': version, sequencer },
      'request-id': 'C3D13FE58DE4C810',
      requester: '000000000000',
      ...(deletion ? { reason: 'DeleteObject', 'deletion-type': deletion } : { reason: 'PutObject' }),
    },
  };
  return { messageId: randomUUID(), body: JSON.stringify(body) };
}

/** The same order each time, and not the order given. */
export const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item, i) => ({ item, rank: (i * 7919) % 1009 }))
    .sort((a, b) => a.rank - b.rank)
    .map((r) => r.item);
