/** The options of a DataSync task, as the service names them, from what the estate says. */
import type { DatasyncTransfer } from './datasync.ts';
import type { Transfer } from './transfer.ts';

/** Longest filter, in characters (DataSync user guide, datasync-limits). */
export const MAX_FILTER = 102_400;

/** One filter of several patterns, as DataSync wants it; undefined where there is none. */
export const filterValue = (patterns: readonly string[]): string | undefined =>
  patterns.length ? patterns.join('|') : undefined;

/** DataSync counts bytes a second, -1 for no limit; networks count megabits. */
export const bytesPerSecond = (mbps: number): number => (mbps === 0 ? -1 : Math.round(mbps * 125_000));

/**
 * The limit that an execution begins with: the stricter of the two, so that none ever runs faster than its hours allow. Within
 * minutes the transfer watch sets the one of the hour.
 */
export function startingLimit(bandwidth: Transfer['bandwidth']): number {
  const limits = [bandwidth?.mbps ?? 0, bandwidth?.hours?.mbps ?? 0].filter((mbps) => mbps > 0);
  return limits.length ? bytesPerSecond(Math.min(...limits)) : -1;
}

const verify = { transferred: 'ONLY_FILES_TRANSFERRED', 'point-in-time': 'POINT_IN_TIME_CONSISTENT', none: 'NONE' };

/** Sources whose files have an owner and POSIX permissions, which travel as metadata of the object (DataSync user guide, metadata-copied). */
const POSIX = ['nfs', 'hdfs', 'efs'];

/** `Options` of CreateTask. */
export function taskOptions({ from, transfer }: Pick<DatasyncTransfer, 'from' | 'transfer'>): TaskOptions {
  const posix = POSIX.includes(from.kind);
  return {
    verifyMode: verify[transfer.verify],
    overwriteMode: transfer.overwrite === 'always' ? 'ALWAYS' : 'NEVER',
    preserveDeletedFiles: transfer.deleted === 'keep' ? 'PRESERVE' : 'REMOVE',
    transferMode: 'CHANGED',
    atime: 'BEST_EFFORT',
    mtime: 'PRESERVE',
    uid: posix ? 'INT_VALUE' : 'NONE',
    gid: posix ? 'INT_VALUE' : 'NONE',
    posixPermissions: posix ? 'PRESERVE' : 'NONE',
    preserveDevices: 'NONE',
    securityDescriptorCopyFlags: 'NONE',
    // An Enhanced task fails at once where a store cannot answer for tags (choosing-task-mode).
    objectTags: (from.tags ?? from.kind === 's3') ? 'PRESERVE' : 'NONE',
    taskQueueing: 'ENABLED',
    logLevel: 'BASIC', // A line a file says what the task report says, at CloudWatch's price.
    bytesPerSecond: startingLimit(transfer.bandwidth),
  };
}

export interface TaskOptions {
  readonly verifyMode: string;
  readonly overwriteMode: string;
  readonly preserveDeletedFiles: string;
  readonly transferMode: string;
  readonly atime: string;
  readonly mtime: string;
  readonly uid: string;
  readonly gid: string;
  readonly posixPermissions: string;
  readonly preserveDevices: string;
  readonly securityDescriptorCopyFlags: string;
  readonly objectTags: string;
  readonly taskQueueing: string;
  readonly logLevel: string;
  readonly bytesPerSecond: number;
}
