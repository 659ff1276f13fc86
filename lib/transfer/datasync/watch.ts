/** Watches the transfers: a function that looks at them, what makes it look, and the alarms on what it counts. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { AlarmId } from '../../../protocol/alarms.ts';
import type { DatasyncTransfer } from '../../../protocol/datasync.ts';
import type { Env, TransferWatchEnv } from '../../../protocol/env.ts';
import { WorkKeys } from '../../../protocol/keys.ts';
import { UNCLASSIFIED as NO_DATASET } from '../../../protocol/ledger.ts';
import { metricNamespace, type MetricName } from '../../../protocol/names.ts';
import { pacesPath } from '../../../protocol/places.ts';
import { OperatorAlarm } from '../../base/alarm.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import { ProgramFunction } from '../../ingest/program-function.ts';
import { allowLook } from './look.ts';
import type { DatasyncProps } from './props.ts';

/** lambda/transfer-watch/pace.ts reckons with it. */
const EVERY = Duration.minutes(5);

export class TransferWatch extends Construct {
  constructor(
    scope: Construct,
    context: EstateContext,
    transfers: readonly DatasyncTransfer[],
    { security, buckets }: DatasyncProps,
  ) {
    super(scope, 'watch');
    const agents = agentsOf(context, transfers);
    const environment: Env<typeof TransferWatchEnv> = {
      ESTATE: context.estate,
      ENVIRONMENT: context.environmentName,
      WORK_BUCKET: buckets.work.bucketName,
      AGENTS: JSON.stringify(agents),
    };
    const program = new ProgramFunction(this, 'transfer-watch', context, {
      description:
        'Looks at transfers: agents, failures, standstill, stopped schedules, and the bandwidth limit of the hour',
      timeout: Duration.minutes(4),
      memory: 512,
      logsKey: security.logsKey,
      environment,
    });
    this.grant(program, context, Object.values(agents));
    const memory = WorkKeys.transferWatch.pattern();
    buckets.work.grantReadKeys(program, [memory], 'keys');
    buckets.work.grantWriteKeys(program, [memory]);
    this.publishPaces(context, transfers);
    this.wake(program);
    this.addAlarms(context, security.alarms);
  }

  private grant(program: ProgramFunction, context: EstateContext, agentArns: string[]): void {
    allowLook(program, context);
    const { account, region, partition } = Stack.of(this);
    const of = (service: string, path: string): string => `arn:${partition}:${service}:${region}:${account}:${path}`;
    allow(
      program,
      ['ssm:GetParametersByPath'],
      [of('ssm', `parameter${pacesPath(context.estate, context.environmentName)}`)],
    );
    allow(
      program,
      ['datasync:UpdateTaskExecution'],
      [of('datasync', 'task/*/execution/*')],
      undefined,
      'Executions are named at run time and carry no tags; the function lists them by the tasks of its environment.',
    );
    if (agentArns.length > 0) allow(program, ['datasync:DescribeAgent'], agentArns);
  }

  /** For those whose limit changes by the hour; the others have theirs in the task. */
  private publishPaces({ estate, environmentName }: EstateContext, transfers: readonly DatasyncTransfer[]): void {
    for (const { dataset, transfer } of transfers) {
      if (transfer.bandwidth?.hours === undefined) continue;
      new StringParameter(this, `pace-${dataset}`, {
        parameterName: `${pacesPath(estate, environmentName)}/${dataset}`,
        stringValue: JSON.stringify(transfer.bandwidth),
      });
    }
  }

  private wake(program: ProgramFunction): void {
    new Rule(this, 'every-five-minutes', {
      description: 'Looks at the transfers',
      schedule: Schedule.rate(EVERY),
      targets: [new LambdaFunction(program, { retryAttempts: 0 })], // The next look is the retry.
    });
    // Events are best effort (DataSync user guide, events): they make the look sooner, the schedule makes it sure.
    new Rule(this, 'executions', {
      description: 'Looks at the transfers when one begins or fails',
      eventPattern: {
        source: ['aws.datasync'],
        detailType: ['DataSync Task Execution State Change'],
        detail: { State: ['LAUNCHING', 'TRANSFERRING', 'ERROR'] },
      },
      targets: [new LambdaFunction(program, { retryAttempts: 0 })],
    });
  }

  private addAlarms(context: EstateContext, alarms: DatasyncProps['security']['alarms']): void {
    const metric = (metricName: MetricName, statistic: string): Metric =>
      new Metric({
        namespace: metricNamespace,
        metricName,
        dimensionsMap: { environment: context.environmentName, dataset: NO_DATASET },
        statistic,
        period: EVERY,
      });
    const counted: [AlarmId, MetricName, number][] = [
      ['transfer-failed', 'TransfersFailed', 1],
      ['transfer-stalled', 'TransfersStalled', 1],
      ['transfer-schedule-stopped', 'TransferSchedulesStopped', 1],
      ['agent-offline', 'AgentsOffline', 2], // DataSync says offline after five minutes; a restart takes as long again.
    ];
    for (const [id, name, periods] of counted) {
      new OperatorAlarm(this, id, alarms, {
        metric: metric(name, 'Maximum'),
        periods,
        silence: 'good',
        because: 'The silence of the watch is an alarm of its own.',
      });
    }
    new OperatorAlarm(this, 'transfer-watch-silent', alarms, {
      metric: metric('TransfersFailed', 'SampleCount'),
      periods: 3,
      below: true,
      silence: 'bad',
      because: 'A look that fails counts nothing, as does one that never was.',
    });
  }
}

/** The agents that some task goes through, by name. */
function agentsOf({ environment }: EstateContext, transfers: readonly DatasyncTransfer[]): Record<string, string> {
  const used = new Set(transfers.flatMap((t) => t.agents));
  return Object.fromEntries(
    Object.entries(environment.agents).flatMap(([name, { arn }]) =>
      arn !== undefined && used.has(arn) ? [[name, arn]] : [],
    ),
  );
}
