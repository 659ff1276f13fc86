/** Adds up the rows of a report, a part at a time: only failures are kept. */
import type { ReportKind, ReportRow } from './report.ts';

/** A file that waits for another try. */
export interface OpenFile {
  readonly path: string;
  readonly phase: 'transfer' | 'verify';
  readonly code?: string;
  readonly reason: string;
  /** Id of the execution that failed at it. */
  readonly execution: string;
}

export interface Sums {
  files: number;
  folders: number;
  bytes: number;
}

const sums = (): Sums => ({ files: 0, folders: 0, bytes: 0 });

export class Tally {
  readonly execution: string;
  /** Rows that went well. */
  readonly ok: Readonly<Record<ReportKind, Sums>> = {
    transferred: sums(),
    skipped: sums(),
    verified: sums(),
    deleted: sums(),
  };
  /** Rows that failed. */
  readonly bad: Readonly<Record<ReportKind, Sums>> = {
    transferred: sums(),
    skipped: sums(),
    verified: sums(),
    deleted: sums(),
  };
  /** Files that went well and failed the verification. */
  readonly unverified = { transferred: sums(), skipped: sums() };
  readonly failures = new Map<string, OpenFile>();
  readonly failedFolders: OpenFile[] = [];
  readonly notDeleted: string[] = [];
  /** Of the paths asked for, those that this execution has brought over or found in place. */
  readonly healed = new Set<string>();
  /** Of the paths asked for, those that no row names. */
  readonly unseen: Set<string>;
  readonly #asked: ReadonlySet<string>;

  /** `asked`: paths whose fate is to be known one by one; `listed`: those of them that the execution was given. */
  constructor(execution: string, asked: ReadonlySet<string>, listed: Iterable<string> = []) {
    this.execution = execution;
    this.#asked = asked;
    this.unseen = new Set(listed);
  }

  /** Takes a part in. All parts of what was verified come before the others. */
  add(kind: ReportKind, rows: readonly ReportRow[]): void {
    for (const row of rows) {
      const into = (row.ok ? this.ok : this.bad)[kind];
      into[row.folder ? 'folders' : 'files']++;
      if (!row.folder) into.bytes += row.bytes;
      if (kind === 'deleted') {
        if (!row.ok) this.notDeleted.push(row.path);
        continue;
      }
      this.unseen.delete(row.path);
      if (!row.ok) this.#fail(kind, row);
      else if (kind !== 'verified' && !row.folder) this.#pass(kind, row);
    }
  }

  #fail(kind: ReportKind, row: ReportRow): void {
    const failure: OpenFile = {
      path: row.path,
      phase: kind === 'verified' ? 'verify' : 'transfer',
      ...(row.code === undefined ? {} : { code: row.code }),
      reason: row.reason ?? row.code ?? 'the report gives no reason',
      execution: this.execution,
    };
    if (row.folder) this.failedFolders.push(failure);
    else this.failures.set(row.path, failure);
  }

  #pass(kind: 'transferred' | 'skipped', row: ReportRow): void {
    if (this.failures.get(row.path)?.phase === 'verify') {
      this.unverified[kind].files++;
      this.unverified[kind].bytes += row.bytes;
    } else if (this.#asked.has(row.path)) this.healed.add(row.path);
  }
}
