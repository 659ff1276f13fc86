/** What failed, why, and what becomes of it in the next round. */
import { S3ServiceException } from '@aws-sdk/client-s3';
import type { CopyRoute, MovingWay } from '../../protocol/copy.ts';
import type { Settled } from './record.ts';
import type { CopyItem } from './lines.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface FailedItem extends CopyItem, Failure {}

/** The code and words of an error of an SDK. */
export function failureOf(error: unknown): Failure {
  if (error instanceof S3ServiceException) {
    // Answers to HEAD have no body, and so no code.
    const named = error.name !== 'Unknown' && !/^\d+$/.test(error.name) ? error.name : undefined;
    return { code: named ?? String(error.$metadata.httpStatusCode ?? 'Unknown'), message: error.message };
  }
  const e = error instanceof Error ? error : new Error(String(error));
  return { code: e.name, message: e.message };
}

/** Known to pass: tried again within the same run. */
const transient =
  /^(InternalError|InternalServerError|ServiceUnavailable|SlowDown|RequestTimeout|TimeoutError|OperationAborted|NotRun|5\d\d|503 .*)$/;
export const isTransient = ({ code }: Failure): boolean => transient.test(code);

/** The way of a failed object in the next round, or what became of it. */
export function nextOf(failed: Failure, way: MovingWay, route: Pick<CopyRoute, 'batchPrefix'>): MovingWay | Settled {
  const { code, message } = failed;
  if (['NoSuchKey', 'NotFound', '404'].includes(code)) return 'gone';
  if (code === 'InvalidObjectState') return 'restore';
  if (code === 'EntityTooLarge' || /larger than the maximum allowable size/i.test(message)) return 'parts';
  if (code === 'InvalidRequest' && /server side encryption|customer/i.test(message)) return 'refused';
  return way === 'batch' && route.batchPrefix === undefined ? 'single' : way;
}
