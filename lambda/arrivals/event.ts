/** S3's events, as EventBridge puts them into the queue. Keys are as they are: EventBridge does not URL-encode them. */
import { z } from 'zod';
import { padSequencer, UNCLASSIFIED, type LedgerRow } from '../../protocol/ledger.ts';
import { matchDataset, type CompiledContracts } from '../../runtime/contracts.ts';

const S3Event = z.object({
  'detail-type': z.enum(['Object Created', 'Object Deleted']),
  time: z.iso.datetime({ offset: true }),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      size: z.int().nonnegative().optional(),
      etag: z.string().optional(),
      /** Absent from buckets without versions; there S3 calls the one version `null`. */
      'version-id': z.string().min(1).optional(),
      sequencer: z
        .string()
        .regex(/^[0-9a-fA-F]{1,64}$/)
        .optional(),
    }),
    'deletion-type': z.enum(['Permanently Deleted', 'Delete Marker Created']).optional(),
  }),
});

/** An event that can be acted on. `gone`: the version's bytes were removed for good. */
export interface Arrival {
  readonly row: LedgerRow;
  readonly gone: boolean;
}

/** A message that is no event of an object in the raw bucket; it goes to the dead letters. */
export class MalformedEventError extends Error {
  override readonly name = 'MalformedEventError';
}

/** What a message says, as the ledger row it would be. Throws MalformedEventError. */
export function readEvent(body: string, rawBucket: string, compiled: CompiledContracts, now: Date): Arrival {
  let parsed;
  try {
    parsed = S3Event.parse(JSON.parse(body));
  } catch (cause) {
    throw new MalformedEventError('the message is not an S3 event of EventBridge', { cause });
  }
  const { detail, time } = parsed;
  if (detail.bucket.name !== rawBucket) throw new MalformedEventError(`the event is of bucket ${detail.bucket.name}`);
  const { key, size = 0, etag, sequencer } = detail.object;
  const deleted = parsed['detail-type'] === 'Object Deleted';
  const gone = deleted && detail['deletion-type'] === 'Permanently Deleted';
  const dataset = matchDataset(key, compiled)?.dataset ?? UNCLASSIFIED;
  const row: LedgerRow = {
    object: `${rawBucket}/${key}`,
    version: detail.object['version-id'] ?? 'null',
    dataset,
    state: gone ? 'deleted' : dataset === UNCLASSIFIED ? 'unclassified' : 'arrived',
    size,
    ...(etag === undefined || deleted ? {} : { etag }),
    ...(sequencer === undefined ? {} : { sequencer: padSequencer(sequencer) }),
    at: new Date(time).toISOString(),
    since: now.toISOString(),
    ...(deleted && !gone ? { marker: true } : {}),
  };
  return { row, gone };
}
