/** The DataSync task of a dataset, as it is deployed. */
import {
  DescribeTaskCommand,
  InvalidRequestException,
  type DescribeTaskResponse,
  type FilterRule,
} from '@aws-sdk/client-datasync';
import { UserError, Exit } from '../errors.ts';
import type { Execution } from './execution.ts';
import type { TransferPlace } from './place.ts';

/** Where a task's reports go, and the role that writes them and reads retry lists. */
export interface ReportPlace {
  readonly bucket: string;
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  readonly role: string;
}

export interface Task {
  readonly dataset: string;
  readonly arn: string;
  readonly raw: DescribeTaskResponse;
  /** ARN of the execution that runs now. */
  readonly current: string | undefined;
}

/** The task of a dataset. Throws a UserError when the dataset has none, or it is gone. */
export async function describeTask(place: TransferPlace, dataset: string): Promise<Task> {
  const arn = place.tasks.get(dataset);
  if (arn === undefined)
    throw new UserError(
      `dataset ${dataset} has no transfer task: is it to travel by DataSync (decant check), are the agents of its source ` +
        'activated (decant agent activate), and is the environment deployed since (npx cdk deploy)?',
      { exitCode: Exit.failed },
    );
  try {
    const raw = await place.datasync.send(new DescribeTaskCommand({ TaskArn: arn }));
    return { dataset, arn, raw, current: raw.CurrentTaskExecutionArn };
  } catch (cause) {
    if (!(cause instanceof InvalidRequestException)) throw cause;
    throw new UserError(
      `the transfer task of ${dataset} does not answer: ${arn}: ${cause.message}; deploy the environment again`,
      {
        cause,
        exitCode: Exit.failed,
      },
    );
  }
}

/** Where the report of an execution, or of a task's executions, goes; undefined when there is none. */
export function reportPlace(raw: Pick<DescribeTaskResponse, 'TaskReportConfig'>): ReportPlace | undefined {
  const s3 = raw.TaskReportConfig?.Destination?.S3;
  if (!s3?.S3BucketArn) return undefined;
  const folder = (s3.Subdirectory ?? '').replace(/^\/+|\/+$/g, '');
  return {
    bucket: s3.S3BucketArn.replace(/^arn:[^:]+:s3:::/, ''),
    prefix: folder === '' ? '' : `${folder}/`,
    role: s3.BucketAccessRoleArn ?? '',
  };
}

/** What an execution went over: all that its task covers, a part of it by filters, or a list of paths. */
export type Scope = 'all' | 'part' | 'list';

const patterns = (rules: readonly FilterRule[] | undefined): string =>
  (rules ?? [])
    .flatMap((r) => (r.Value ?? '').split('|'))
    .sort()
    .join('|');
const listKey = (raw: Pick<DescribeTaskResponse, 'ManifestConfig'>): string =>
  raw.ManifestConfig?.Source?.S3?.ManifestObjectPath ?? '';

/** Told from what DataSync says of both, so that it is known also of executions that nobody recorded. */
export function scopeOf(execution: Execution, task: DescribeTaskResponse): { scope: Scope; list: string | undefined } {
  const list = listKey(execution.raw);
  if (list !== '' && list !== listKey(task)) return { scope: 'list', list };
  const filtered = (['Includes', 'Excludes'] as const).some((f) => {
    const own = patterns(execution.raw[f]);
    return own !== '' && own !== patterns(task[f]);
  });
  return { scope: filtered ? 'part' : 'all', list: undefined };
}
