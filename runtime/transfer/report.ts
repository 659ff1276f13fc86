/** Task reports of DataSync: JSON files of at most 5 MB, several of each kind where there are many files. Both modes' layouts. */
import type { ReportLevel } from '@aws-sdk/client-datasync';

export const reportKinds = ['verified', 'deleted', 'transferred', 'skipped'] as const;
export type ReportKind = (typeof reportKinds)[number];

/** One file, object or folder of a report. */
export interface ReportRow {
  /** Below the location's folder, without a slash at the start. */
  readonly path: string;
  readonly folder: boolean;
  /** Content, as the source told it; 0 where the report tells none. */
  readonly bytes: number;
  readonly ok: boolean;
  readonly code: string | undefined;
  readonly reason: string | undefined;
}

/** A part that is not what its name promises. */
export class CorruptReportError extends Error {
  override readonly name = 'CorruptReportError';
}

export interface PartName {
  readonly kind: ReportKind;
  readonly number: number;
}

/** `exec-….files-transferred-v1-00002-0a1b….json` → transferred, 2; undefined for a summary or anything else. */
export function partName(key: string): PartName | undefined {
  const found = /\.files-(transferred|skipped|verified|deleted)-v\d+-(\d+)(?:-[^/]*)?\.json$/.exec(key);
  return found ? { kind: found[1] as ReportKind, number: Number(found[2]) } : undefined;
}

/** Numbers that are not there, of parts that count from 1 (or from 0). */
export function missingNumbers(numbers: readonly number[]): number[] {
  const have = new Set(numbers);
  const out: number[] = [];
  for (let n = have.has(0) ? 0 : 1; n < Math.max(0, ...numbers); n++) if (!have.has(n)) out.push(n);
  return out;
}

const lists: Readonly<Record<ReportKind, string>> = {
  verified: 'Verified',
  deleted: 'Deleted',
  transferred: 'Transferred',
  skipped: 'Skipped',
};
const statuses = ['TransferStatus', 'VerifyStatus', 'SkipStatus', 'DeleteStatus', 'Status'];
const codes = ['ErrorCode', 'FailureCode'];
const reasons = ['ErrorDetail', 'FailureReason', 'ErrorMessage'];
/** Basic mode's codes are numbers, and it tells of the source as SrcMetadata, Enhanced mode as SourceMetadata; of what was deleted only the destination is known. */
const metadata = ['SourceMetadata', 'SrcMetadata', 'DestinationMetadata', 'DstMetadata'];

/** The rows of a part. Throws CorruptReportError; `key` is for its message. */
export function parsePart(text: string, kind: ReportKind, execution: string, key: string): ReportRow[] {
  const bad = (what: string, cause?: unknown) =>
    new CorruptReportError(`${key} is no report of what was ${kind}: ${what}`, { cause });
  let part: unknown;
  try {
    part = JSON.parse(text);
  } catch (cause) {
    throw bad((cause as Error).message, cause);
  }
  if (!isObject(part)) throw bad('no object');
  const owner = part['TaskExecutionId'];
  if (typeof owner === 'string' && !owner.endsWith(execution)) throw bad(`it is of ${owner}, not of ${execution}`);
  const rows = part[lists[kind]];
  if (!Array.isArray(rows)) throw bad(`it lacks ${lists[kind]}`);
  return rows.map((row: unknown, i) => {
    if (!isObject(row) || typeof row['RelativePath'] !== 'string') throw bad(`entry ${i + 1} lacks RelativePath`);
    return rowOf(row, row['RelativePath'], kind);
  });
}

function rowOf(row: Record<string, unknown>, path: string, kind: ReportKind): ReportRow {
  const text = (names: readonly string[]): string | undefined =>
    names
      .map((n) => row[n])
      .flatMap((v) => (typeof v === 'number' || (typeof v === 'string' && v !== '') ? [`${v}`] : []))[0];
  const about = metadata.map((n) => row[n]).find(isObject) ?? {};
  const size = about['ContentSize'];
  const status = text(statuses);
  const code = text(codes);
  return {
    path: path.replace(/^\//, '').replace(/\/$/, ''),
    folder: about['Type'] === 'Directory' || about['Type'] === 'Folder' || (path.length > 1 && path.endsWith('/')),
    bytes: typeof size === 'number' ? size : 0,
    ok: status === undefined ? code === undefined : /^(SUCCESS|SKIPPED)/i.test(status),
    code,
    reason: text(reasons) ?? (kind === 'skipped' ? undefined : text(['SkipReason'])),
  };
}

const isObject = (v: unknown): v is Record<string, unknown> => v !== null && typeof v === 'object' && !Array.isArray(v);

/** Whether a report lists also what went well. */
export function listsSuccesses(
  config: { readonly ReportLevel?: ReportLevel | undefined; readonly Overrides?: object | undefined } | undefined,
  kind: ReportKind,
): boolean {
  const own = (config?.Overrides as Record<string, { ReportLevel?: ReportLevel } | undefined> | undefined)?.[
    lists[kind]
  ];
  return (own?.ReportLevel ?? config?.ReportLevel) === 'SUCCESSES_AND_ERRORS';
}
