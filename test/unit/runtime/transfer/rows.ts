/** Executions and report rows for tests. */
import type { DescribeTaskExecutionResponse } from '@aws-sdk/client-datasync';
import { executionOf, type Execution } from '../../../../runtime/transfer/execution.ts';
import type { ReportRow } from '../../../../runtime/transfer/report.ts';

export const TASK = 'arn:aws:datasync:us-east-1:000000000000:task/task-0123456789abcdef0';
export const ARN = `${TASK}/execution/exec-0123456789abcdef0`;

/** An Enhanced execution that has ended well and counted nothing, but for `facts`. */
export const ended = (facts: DescribeTaskExecutionResponse = {}): Execution =>
  executionOf({
    TaskExecutionArn: ARN,
    TaskMode: 'ENHANCED',
    Status: 'SUCCESS',
    StartTime: new Date('2026-11-20T09:30:00Z'),
    EndTime: new Date('2026-11-20T09:31:00Z'),
    Result: { PrepareStatus: 'SUCCESS', TransferStatus: 'SUCCESS', VerifyStatus: 'SUCCESS' },
    ReportResult: { Status: 'SUCCESS' },
    TaskReportConfig: {
      OutputType: 'STANDARD',
      ReportLevel: 'SUCCESSES_AND_ERRORS',
      Destination: {
        S3: {
          S3BucketArn: 'arn:aws:s3:::work',
          Subdirectory: 'task-reports/assays/',
          BucketAccessRoleArn: 'arn:aws:iam::000000000000:role/transfer',
        },
      },
    },
    ...facts,
  });

/** Rows of so many bytes each. */
export const rows = (paths: readonly string[], more: Partial<ReportRow> = {}): ReportRow[] =>
  paths.map((path) => ({ path, folder: false, bytes: 10, ok: true, code: undefined, reason: undefined, ...more }));
