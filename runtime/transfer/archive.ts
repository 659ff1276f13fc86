/** Brings the report of an ended execution into the evidence bucket, and finds out what became of every file. */
import type { DescribeTaskExecutionCommandOutput } from '@aws-sdk/client-datasync';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { EvidenceKeys } from '../../protocol/keys.ts';
import { putEvidence, readBytes, sha256 } from '../evidence.ts';
import { inParallel } from '../many.ts';
import { putOnce } from '../shards.ts';
import { executionId, taskId, type Execution } from './execution.ts';
import { judge, openAfter, type Open } from './judge.ts';
import { openText, readRetryList, writeOpen } from './open-files.ts';
import type { TransferPlace } from './place.ts';
import type { Kept, Outcome, TransferRecord } from './record.ts';
import { parsePart, partName, reportKinds } from './report.ts';
import { Tally } from './tally.ts';

/** Parts (5 MB at most) that are copied at a time. */
const PARTS_AT_ONCE = 4;

/** A report that is not whole. Evidence has what is there; its summary waits until all is. */
export class IncompleteReportError extends Error {
  override readonly name = 'IncompleteReportError';
  readonly missing: readonly string[];
  constructor(execution: string, missing: readonly string[]) {
    super(
      `the task report of ${execution} is not whole: ${missing.join('; ')}. Run decant transfer report again later; when no more ` +
        'is to come, --as-is archives it with this said in its summary',
    );
    this.missing = missing;
  }
}

/** What the summary in the evidence bucket says. */
export interface Summary {
  readonly execution: string;
  readonly dataset: string;
  readonly mode: string;
  readonly scope: string;
  readonly list?: string | undefined;
  readonly status: string;
  readonly error?: string | undefined;
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  readonly outcome: Outcome;
  readonly complete: boolean;
  readonly problems: readonly string[];
  /** Files that wait for another try, of this execution and of those before it. */
  readonly open: number;
  readonly rerun: boolean;
  readonly parts: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

export interface ArchiveRequest {
  readonly kept: Kept;
  /** Undefined when DataSync has forgotten it. */
  readonly execution: Execution | undefined;
  /** What was open before it. */
  readonly before: Open;
  /** Archive a report that is not whole. */
  readonly asIs: boolean;
}

/** Key of a file of an execution's evidence. */
export const evidenceKey = (record: Pick<TransferRecord, 'dataset' | 'startedAt' | 'arn'>, path: string): string =>
  EvidenceKeys.file.key({
    kind: 'transfer',
    dataset: record.dataset,
    date: record.startedAt.slice(0, 10),
    id: executionId(record.arn),
    path,
  });

/** Folder of an execution's evidence, with a slash at the end. */
export const evidenceFolder = (record: TransferRecord): string => evidenceKey(record, 'x').slice(0, -1);

/**
 * Archives one execution; what is there already is left as it is. Throws IncompleteReportError, CorruptReportError and
 * EvidenceDiffersError.
 */
export async function archive(place: TransferPlace, request: ArchiveRequest): Promise<Summary> {
  const { kept, before } = request;
  const { record } = kept;
  const summaryKey = evidenceKey(record, 'summary.json');
  const done = await readBytes(place.s3, place.evidenceBucket, summaryKey);
  if (done) return JSON.parse(Buffer.from(done).toString()) as Summary;

  const list = await readRetryList(place, record.list);
  const tally = new Tally(executionId(record.arn), new Set(before.files.keys()), list);
  const keys = await reportKeys(place, record);
  const parts = await copyParts(place, record, keys, tally);
  const judged = judge(request.execution, tally, keys);
  const missing = [...reportTrouble(request.execution, keys), ...judged.missing];
  if (missing.length > 0 && !request.asIs) throw new IncompleteReportError(executionId(record.arn), missing);
  const open = openAfter(
    before,
    {
      launched: request.execution?.launched ?? true,
      scope: record.scope,
      retryList: list !== undefined,
      succeeded: record.status === 'SUCCESS',
      whole: missing.length === 0,
    },
    tally,
    judged.outcome,
  );
  if (request.execution) {
    // Without what the SDK says of the request.
    const told: Partial<DescribeTaskExecutionCommandOutput> = { ...request.execution.raw };
    delete told.$metadata;
    const text = `${JSON.stringify(told, null, 2)}\n`;
    await putOnce(place.evidenceBucket, evidenceKey(record, 'execution.json'), text, place.s3);
  }
  const failures = [...tally.failedFolders, ...tally.failures.values()];
  await putEvidence(place.s3, place.evidenceBucket, evidenceKey(record, 'failures.jsonl'), openText(failures));
  await writeOpen(place, record.dataset, kept.id, open.files.values());
  const summary: Summary = {
    execution: record.arn,
    dataset: record.dataset,
    mode: record.mode,
    scope: record.scope,
    list: record.list,
    status: record.status,
    error: record.error,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    outcome: judged.outcome,
    complete: missing.length === 0,
    problems: [...missing, ...judged.problems],
    open: open.files.size,
    rerun: open.rerun,
    parts,
  };
  // Last, since it says that the rest is there.
  await putEvidence(place.s3, place.evidenceBucket, summaryKey, `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

/** What keeps a report from being whole whatever its parts say. */
function reportTrouble(e: Execution | undefined, keys: readonly string[]): string[] {
  if (e?.launched === false) return [];
  if (!e?.raw.TaskReportConfig) return e === undefined && keys.length > 0 ? [] : ['the execution wrote no task report'];
  const { Status, ErrorCode, ErrorDetail } = e.raw.ReportResult ?? {};
  if (Status === 'PENDING') return ['DataSync is still writing it'];
  if (Status === 'ERROR')
    return [
      `DataSync could not write it: ${[ErrorCode, ErrorDetail].filter(Boolean).join(': ') || 'no reason is given'}`,
    ];
  if (e.raw.TaskReportConfig.OutputType === 'SUMMARY_ONLY')
    return ['the task reports sums only, no files; deploy it again'];
  return keys.length === 0 ? ['no part of it is in the bucket'] : [];
}

/** Keys of all that DataSync has reported of an execution. */
async function reportKeys(place: TransferPlace, record: TransferRecord): Promise<string[]> {
  if (!record.report) return [];
  const keys: string[] = [];
  for (const folder of ['Detailed-Reports', 'Summary-Reports']) {
    const Prefix = `${record.report.prefix}${folder}/${taskId(record.arn)}/${executionId(record.arn)}/`;
    let ContinuationToken: string | undefined;
    do {
      const page = await place.s3.send(
        new ListObjectsV2Command({ Bucket: record.report.bucket, Prefix, ContinuationToken }),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined && !Key.endsWith('/')) keys.push(Key);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }
  return keys;
}

/** Copies every part and takes it into the tally, what was verified first. */
async function copyParts(
  place: TransferPlace,
  record: TransferRecord,
  keys: readonly string[],
  tally: Tally,
): Promise<Summary['parts']> {
  const { bucket = '', prefix = '' } = record.report ?? {};
  const of = (kind: string | undefined) => keys.filter((k) => partName(k)?.kind === kind);
  const out: Summary['parts'][number][] = [];
  for (const kind of [...reportKinds, undefined]) {
    const copied = await inParallel(of(kind), PARTS_AT_ONCE, async (key) => {
      const body = (await readBytes(place.s3, bucket, key)) ?? new Uint8Array();
      const name = key.slice(prefix.length);
      await putEvidence(place.s3, place.evidenceBucket, evidenceKey(record, name), body);
      if (kind) {
        const text = Buffer.from(body).toString();
        tally.add(kind, parsePart(text, kind, executionId(record.arn), key));
      }
      return { name, bytes: body.length, sha256: sha256(body) };
    });
    out.push(...copied);
  }
  return out;
}
