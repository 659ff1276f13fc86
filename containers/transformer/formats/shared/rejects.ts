/** Records that cannot become rows, in memory under a cap. */
import type { RecordReason } from '../../../../protocol/reasons.ts';
import { ObjectError, type Reject } from '../staged.ts';

/** About 200 MB at most; an object with more bad records than this is bad as a whole. */
const MAX_REJECTS = 1_000_000;

export class Rejects {
  readonly list: Reject[] = [];

  add(reject: Reject): void {
    if (this.list.length >= MAX_REJECTS)
      throw new ObjectError('too_many_bad_rows', `more than ${MAX_REJECTS} records cannot be read`);
    this.list.push(reject);
  }
}

/** Why one record was refused; thrown by parsers of a record, caught by the reader that knows its place. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly reason: RecordReason;
  constructor(reason: RecordReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
