/** What the verbs of Direct Connect leave behind: a record in the evidence bucket for everything that they did. */
import type { S3Client } from '@aws-sdk/client-s3';
import { EvidenceKeys } from '../../protocol/keys.ts';
import { putEvidence } from '../evidence.ts';

export interface Evidence {
  readonly s3: S3Client;
  readonly bucket: string;
  /** @default the clock */
  readonly now?: () => Date;
}

export interface DxRecord {
  /** The verb, such as `macsec`, and what it was done to. */
  readonly action: string;
  readonly subject: string;
  /** What was found and done. Never a key. */
  readonly facts: unknown;
  /** Ends the id, where doing the same again is to find the same record. @default the time of day */
  readonly mark?: string;
  /** Files beside the record: name → content. */
  readonly files?: Readonly<Record<string, { readonly body: Uint8Array; readonly contentType: string }>>;
}

/** Archives a record with its files; the record's key. The same record of the same day is written once. */
export async function archive({ s3, bucket, now }: Evidence, record: DxRecord): Promise<string> {
  const { action, subject, facts, files = {} } = record;
  const at = (now ?? (() => new Date()))().toISOString();
  const mark = record.mark ?? at.slice(11).replace(/\D/g, '');
  const key = (path: string): string =>
    EvidenceKeys.file.key({
      kind: 'connection',
      dataset: '-',
      date: at.slice(0, 10),
      id: `${action}-${subject}-${mark}`,
      path,
    });
  for (const [path, { body, contentType }] of Object.entries(files)) {
    await putEvidence(s3, bucket, key(path), body, contentType);
  }
  // A marked record says what was done, not when: it is the same whenever it is written.
  const when = record.mark === undefined ? { at } : {};
  await putEvidence(
    s3,
    bucket,
    key('record.json'),
    `${JSON.stringify({ action, subject, ...when, facts }, null, 2)}\n`,
  );
  return key('record.json');
}
