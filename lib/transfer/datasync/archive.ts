/** Archives the reports of transfers, before DataSync forgets them: a function, its schedule, and the alarm on what waits too long. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Env, TransferArchiveEnv } from '../../../protocol/env.ts';
import { EvidenceKeys, WorkKeys } from '../../../protocol/keys.ts';
import { UNCLASSIFIED as NO_DATASET } from '../../../protocol/ledger.ts';
import { metricNamespace, type MetricName } from '../../../protocol/names.ts';
import { OperatorAlarm } from '../../base/alarm.ts';
import type { EstateContext } from '../../base/context.ts';
import { ProgramFunction } from '../../ingest/program-function.ts';
import { allowLook } from './look.ts';
import type { DatasyncProps } from './props.ts';

const METRIC: MetricName = 'TransferReportsOverdue';

export class TransferArchive extends Construct {
  constructor(scope: Construct, context: EstateContext, { security, buckets }: DatasyncProps) {
    super(scope, 'archive');
    const environment: Env<typeof TransferArchiveEnv> = {
      ESTATE: context.estate,
      ENVIRONMENT: context.environmentName,
      WORK_BUCKET: buckets.work.bucketName,
      EVIDENCE_BUCKET: buckets.evidence.bucketName,
    };
    const program = new ProgramFunction(this, 'transfer-archive', context, {
      description: 'Archives the reports of transfers that have ended',
      timeout: Duration.minutes(15), // A report of a hundred million files is some ten gigabytes, in parts of 5 MB.
      memory: 1024,
      logsKey: security.logsKey,
      environment,
    });
    allowLook(program, context);
    const { retryList, taskReport, transfer, transferOpen } = WorkKeys;
    const records = [transfer.pattern(), transferOpen.pattern()];
    buckets.work.grantReadKeys(program, [taskReport.pattern(), retryList.pattern(), ...records], 'keys');
    buckets.work.grantWriteKeys(program, records);
    const evidence = [EvidenceKeys.file.pattern({ kind: 'transfer' })];
    buckets.evidence.grantReadKeys(program, evidence, 'keys');
    buckets.evidence.grantWriteKeys(program, evidence);
    // By the hour, not by events: DataSync writes a report after the event that tells of the end.
    new Rule(this, 'hourly', {
      description: 'Archives the reports of transfers',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(program, { retryAttempts: 0 })], // The next hour is the retry.
    });
    new OperatorAlarm(this, 'transfer-report-overdue', security.alarms, {
      metric: new Metric({
        namespace: metricNamespace,
        metricName: METRIC,
        dimensionsMap: { environment: context.environmentName, dataset: NO_DATASET },
        statistic: 'Maximum',
        period: Duration.hours(6),
      }),
      silence: 'bad',
      because: 'A round that fails counts nothing, as does one that never was.',
    });
  }
}
