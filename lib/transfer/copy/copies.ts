/** Everything that is copied from other buckets: a role for each source, and a watch over how long it may read. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { copyRoutes } from '../../../protocol/copy.ts';
import type { Env, GrantsEnv } from '../../../protocol/env.ts';
import { metricNamespace, type MetricName } from '../../../protocol/names.ts';
import { type AlarmTarget, OperatorAlarm } from '../../base/alarm.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import { ProgramFunction } from '../../ingest/program-function.ts';
import type { Buckets } from '../../storage/buckets.ts';
import { CopiedSource } from './copied-source.ts';

/** A new leave takes its owner some days. */
const WARN_DAYS = 7;
const EVERY = Duration.hours(1);

export interface CopiesProps {
  readonly buckets: Buckets;
  readonly logsKey: IKey;
  readonly alarms: AlarmTarget;
}

export const needsCopies = ({ declared, environmentName }: EstateContext): boolean =>
  copyRoutes(declared, environmentName).length > 0;

export class Copies extends Construct {
  constructor(scope: Construct, context: EstateContext, props: CopiesProps) {
    super(scope, 'copies');
    const routes = copyRoutes(context.declared, context.environmentName);
    const names = [...new Set(routes.map((r) => r.source))];
    const sources = names.map(
      (source) =>
        new CopiedSource(this, context, {
          source,
          routes: routes.filter((r) => r.source === source),
          buckets: props.buckets,
        }),
    );
    if (sources.length > 0) new GrantWatch(this, context, sources, props);
  }
}

const metric = (
  context: EstateContext,
  metricName: MetricName,
  dataset: string,
  statistic: 'Minimum' | 'SampleCount',
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { environment: context.environmentName, dataset },
    statistic,
    period: EVERY,
  });

class GrantWatch extends Construct {
  constructor(scope: Construct, context: EstateContext, sources: readonly CopiedSource[], props: CopiesProps) {
    super(scope, 'watch');
    const environment: Env<typeof GrantsEnv> = {
      ENVIRONMENT: context.environmentName,
      GRANTS: Stack.of(this).toJsonString(sources.map((s) => s.watched)),
    };
    const program = new ProgramFunction(this, 'grants', context, {
      description: 'Tells how long leaves to copy last, and whether the roles of copies are enabled',
      timeout: Duration.minutes(1),
      memory: 256,
      logsKey: props.logsKey,
      environment,
    });
    allow(
      program,
      ['iam:ListAttachedRolePolicies'],
      sources.map((s) => s.role.roleArn),
    );
    new Rule(this, 'hourly', {
      description: 'Looks at the leaves to copy',
      schedule: Schedule.rate(EVERY),
      targets: [new LambdaFunction(program, { retryAttempts: 2 })],
    });
    const datasets = sources.flatMap((s) => s.watched.datasets);
    new OperatorAlarm(this, 'copy-grants-unwatched', props.alarms, {
      // The last one that the function writes: it is there only when all of them are.
      metric: metric(context, 'CopyRoleEnabled', datasets.at(-1) ?? '', 'SampleCount'),
      periods: 2,
      below: true,
      silence: 'bad',
      because: 'A function that fails, or is not called, writes nothing.',
    });
    for (const { watched } of sources)
      for (const dataset of watched.datasets) this.alarms(context, dataset, props, watched.until);
  }

  private alarms(context: EstateContext, dataset: string, props: CopiesProps, until: string | undefined): void {
    const owner = new Construct(this, dataset);
    const quiet = { silence: 'good', because: 'That the watch is silent is an alarm of its own.' } as const;
    if (until !== undefined)
      new OperatorAlarm(owner, 'copy-grant-ends', props.alarms, {
        metric: metric(context, 'GrantDaysLeft', dataset, 'Minimum'),
        threshold: WARN_DAYS,
        below: true,
        about: dataset,
        ...quiet,
      });
    new OperatorAlarm(owner, 'copy-role-left-enabled', props.alarms, {
      metric: metric(context, 'CopyRoleEnabled', dataset, 'Minimum'),
      periods: 24,
      about: dataset,
      ...quiet,
    });
  }
}
