/** Keeps the proofs of a copy: plan, completion reports, failures and summary, in the evidence bucket. */
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { EvidenceKeys } from '../../protocol/keys.ts';
import type { CopyPlace } from './place.ts';
import type { CopyRecord } from './record.ts';
import { encodeKey } from './lines.ts';
import type { Report } from './report.ts';

/** Where a file of a copy lies as evidence; the day is that of the copy's id. */
export const evidenceKey = (record: CopyRecord, path: string): string =>
  EvidenceKeys.file.key({
    kind: 'copy',
    dataset: record.dataset,
    date: `${record.copy.slice(0, 4)}-${record.copy.slice(4, 6)}-${record.copy.slice(6, 8)}`,
    id: record.copy,
    path,
  });

/** Copies a file of the copy's record into the evidence bucket. */
export async function archive(place: CopyPlace, record: CopyRecord, path: string): Promise<void> {
  await archiveKey(place, record, record.key(path), path);
}

const archiveKey = (place: CopyPlace, record: CopyRecord, key: string, path: string): Promise<unknown> =>
  place.s3.send(
    new CopyObjectCommand({
      Bucket: place.evidenceBucket,
      Key: evidenceKey(record, path),
      CopySource: `${record.bucket}/${encodeKey(key)}`,
      ChecksumAlgorithm: 'SHA256', // Locked objects need one, and evidence is compared by it.
    }),
  );

/** The completion report of a job: its manifest.json and all files that this names. */
export async function archiveReport(place: CopyPlace, record: CopyRecord, key: string, report: Report): Promise<void> {
  const below = (full: string): string => full.slice(record.folder.length);
  for (const file of report.files) await archiveKey(place, record, file.key, below(file.key));
  await archiveKey(place, record, key, below(key));
}
