/** The daily look at new molecules: a task that measures, and alarms on what it finds. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmId } from '../../protocol/alarms.ts';
import { BundleFiles } from '../../protocol/bundle.ts';
import { Distribution, DRIFT_COMMAND, type DriftEnv } from '../../protocol/drift.ts';
import type { Env } from '../../protocol/env.ts';
import { EmbeddedKeys, WorkKeys } from '../../protocol/keys.ts';
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { embeddingTables, metricNamespace, type MetricName } from '../../protocol/names.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import type { EstateContext, ShippedBundle } from '../base/context.ts';
import { allowKey } from '../base/grant.ts';
import { imageTask } from '../ingest/image-task.ts';
import { runTask } from '../ingest/run-task.ts';
import { workflow } from '../ingest/state-machine.ts';
import type { IndexTaskProps } from './index-task.ts';

const TASK_TIMEOUT = Duration.hours(2);
const RUN_TIMEOUT = Duration.hours(4);
/** A hundred files of a table, one at a time. */
const SIZE = { cpu: 512, memoryLimitMiB: 4096, ephemeralStorageGiB: 21 };

export type DriftWorkflowProps = Omit<IndexTaskProps, 'vectors' | 'network'> & {
  readonly distribution: Distribution;
  readonly logsKey: Parameters<typeof workflow>[3];
  readonly alarms: AlarmTarget;
};

/** What a bundle's card tells of its sample; undefined for a bundle that was imported without one. Throws when it is not readable. */
export function distributionOf(bundle: ShippedBundle): Distribution | undefined {
  const card = JSON.parse(readFileSync(join(bundle.folder, BundleFiles.card), 'utf8')) as { distribution?: unknown };
  return card.distribution === undefined ? undefined : Distribution.parse(card.distribution);
}

export class DriftWorkflow extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, context: EstateContext, props: DriftWorkflowProps) {
    super(scope, DRIFT_COMMAND);
    const { buckets, bundle, distribution, task, logsKey } = props;
    const environment: Env<typeof DriftEnv> = {
      ENVIRONMENT: context.environmentName,
      WORK_BUCKET: buckets.work.bucketName,
      TRANSFORMED_BUCKET: buckets.transformed.bucketName,
      DISTRIBUTION: JSON.stringify(distribution),
      BUNDLE_HASH: bundle.index.hash,
    };
    const { definition } = imageTask(this, context, { command: DRIFT_COMMAND, task, size: SIZE, environment });
    this.grant(definition.taskRole, props);
    const look = runTask(this, 'Look at the molecules of the day', { task, definition, timeout: TASK_TIMEOUT });
    look.addRetry({ errors: ['States.TaskFailed'], interval: Duration.minutes(5), backoffRate: 2, maxAttempts: 2 });
    this.machine = workflow(this, DRIFT_COMMAND, context, logsKey, RUN_TIMEOUT, look);
    new Rule(this, 'daily', {
      description: 'Looks at the molecules that were embedded on the day before',
      schedule: Schedule.cron({ minute: '0', hour: '4' }),
      targets: [new SfnStateMachine(this.machine)],
    });
    this.addAlarms(context, props.alarms);
  }

  private grant(role: Parameters<typeof allowKey>[0], { buckets, classes, bundle, keyOf }: DriftWorkflowProps): void {
    const read = [embeddingTables.embeddings, embeddingTables.predictions].flatMap((table) =>
      classes.map(({ sensitivity }) => EmbeddedKeys.file.pattern({ table, bundle: bundle.index.hash, sensitivity })),
    );
    buckets.transformed.grantReadKeys(role, read, 'keys');
    buckets.work.grantReadKeys(role, [WorkKeys.embedSummary.pattern()], 'keys');
    for (const { sensitivity } of classes) allowKey(role, keyOf(sensitivity), 's3', 'read');
  }

  private addAlarms(context: EstateContext, alarms: AlarmTarget): void {
    const { invalidShare, outOfDomainShare, shift } = context.environment.embeddings.drift;
    const metric = (metricName: MetricName): Metric =>
      new Metric({
        namespace: metricNamespace,
        metricName,
        dimensionsMap: { environment: context.environmentName, dataset: UNCLASSIFIED },
        statistic: 'Maximum',
        period: Duration.days(1),
      });
    const found: [AlarmId, MetricName, number][] = [
      ['molecules-invalid', 'InvalidShare', invalidShare],
      ['molecules-foreign', 'OutOfDomainShare', outOfDomainShare],
      ['molecules-shifted', 'TokenShift', shift],
      ['predictions-shifted', 'PredictionShift', shift],
    ];
    for (const [name, of, threshold] of found)
      new OperatorAlarm(this, name, alarms, {
        metric: metric(of),
        threshold,
        silence: 'good',
        because: 'A day without molecules, or with too few to say anything.',
      });
    new OperatorAlarm(this, 'drift-failed', alarms, {
      metric: this.machine.metricFailed({ period: Duration.minutes(5) }),
      silence: 'good',
      because: 'No execution, no failure.',
    });
  }
}
