/** Import by Snowball Edge: who approves, the function and the workflow, and what may be written where. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { metricNamespace, type MetricName } from '../../../protocol/names.ts';
import { snowballDatasets } from '../../../protocol/snowball-datasets.ts';
import { type Snowball, SNOWBALL_SERVICE } from '../../../protocol/snowball.ts';
import { type AlarmTarget, OperatorAlarm } from '../../base/alarm.ts';
import type { EstateContext } from '../../base/context.ts';
import type { Buckets } from '../../storage/buckets.ts';
import { ImportRole } from './import-role.ts';
import { SnowballProgram } from './snowball-program.ts';
import { SnowballWorkflow } from './snowball-workflow.ts';

/** Role ARNs travel in the function's environment, which holds 4 KB (Lambda quotas). */
const MOST_DATASETS = 20;

export interface SnowballProps {
  readonly buckets: Buckets;
  readonly dataKey: IKey;
  readonly messagesKey: IKey;
  readonly logsKey: IKey;
  readonly alarms: AlarmTarget;
}

/** Whether an environment orders Snowball devices. */
export const needsSnowball = ({ declared, environment, environmentName }: EstateContext): boolean =>
  environment.snowball !== undefined && snowballDatasets(declared, environmentName).length > 0;

/** Import by Snowball where an environment has datasets that travel so; undefined where it has none. */
export function createSnowball(
  stack: Construct,
  context: EstateContext,
  props: SnowballProps,
): SnowballImport | undefined {
  const { snowball } = context.environment;
  const datasets = snowballDatasets(context.declared, context.environmentName);
  if (datasets.length === 0 || !snowball) return undefined;
  if (!snowball.existingSnowballCustomer) {
    throw new Error(
      `environment ${context.environmentName}: ${datasets.join(', ')} cannot travel by Snowball, which takes no new customers since 2025-11-07; ` +
        'decant check says what else there is',
    );
  }
  return new SnowballImport(stack, context, snowball, datasets, props);
}

export class SnowballImport extends Construct {
  constructor(
    scope: Construct,
    context: EstateContext,
    snowball: Snowball,
    datasets: readonly string[],
    props: SnowballProps,
  ) {
    super(scope, 'snowball');
    if (datasets.length > MOST_DATASETS)
      throw new Error(`${datasets.length} datasets travel by Snowball; an environment takes ${MOST_DATASETS}`);
    const topic = this.topic(context, snowball, props.messagesKey);
    const roles = new Map(
      datasets.map((dataset) => {
        const source = context.declared.datasets[dataset]?.source ?? '';
        return [dataset, new ImportRole(this, context, { source, dataset }, props.buckets.raw)] as const;
      }),
    );
    const { program } = new SnowballProgram(this, context, { ...props, snowball, topic, roles });
    new SnowballWorkflow(this, context, { ...props, snowball, topic, program });
    for (const dataset of datasets) {
      new OperatorAlarm(new Construct(this, dataset), 'snowball-job-stuck', props.alarms, {
        metric: new Metric({
          namespace: metricNamespace,
          metricName: 'SnowballJobsStuck' satisfies MetricName,
          dimensionsMap: { environment: context.environmentName, dataset },
          statistic: 'Maximum',
          period: Duration.days(1), // Two looks at least.
        }),
        about: dataset,
        silence: 'good',
        because: 'No job, no look; a workflow that stops looking is the other alarms’ business.',
      });
    }
  }

  /** Mails approvers what to decide, and every state of their jobs. */
  private topic(context: EstateContext, snowball: Snowball, key: IKey): Topic {
    const { estate, environmentName, environment } = context;
    const topic = new Topic(this, 'topic', {
      displayName: `Decant ${estate} ${environmentName} Snowball`,
      masterKey: key,
      enforceSSL: true,
    });
    const { account } = Stack.of(this);
    const service = new ServicePrincipal(SNOWBALL_SERVICE, {
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    });
    topic.grantPublish(service); // Its key, too.
    const approvers = snowball.approvers.length > 0 ? snowball.approvers : environment.alarmEmails;
    for (const email of approvers) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}
