/** An alarm with an owner, a recipient and an article in the runbook. */
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alarms, severities, type AlarmId } from '../../protocol/alarms.ts';
import type { EstateContext } from './context.ts';

/** Recipient of alarms, and whose they are. */
export interface AlarmTarget {
  readonly topic: ITopic;
  readonly context: EstateContext;
}

export interface OperatorAlarmProps {
  readonly metric: IMetric;
  /** @default 1 */
  readonly threshold?: number;
  /** @default 1 */
  readonly periods?: number;
  /** What the alarm is about where there are several of its kind; ends its name. @default there is one */
  readonly about?: string;
  /** Breaches when the metric is below the threshold instead of at or above it. */
  readonly below?: boolean;
  /** `silence is good`: nothing happened, so nothing broke. `silence is bad`: a heartbeat is missing. */
  readonly silence: 'good' | 'bad';
  /** Why silence is that; one sentence, for who reads the alarm. */
  readonly because: string;
}

export class OperatorAlarm extends Alarm {
  /** Its name as text, for other stacks. */
  readonly known: string;

  constructor(scope: Construct, id: AlarmId, target: AlarmTarget, props: OperatorAlarmProps) {
    const { estate, environmentName } = target.context;
    const name = [estate, environmentName, id, ...(props.about ? [props.about] : [])].join('-');
    super(scope, id, {
      alarmName: name,
      alarmDescription: [
        `${alarms[id]} Severity: ${severities[id]}.`,
        `Without data it is ${props.silence === 'good' ? 'quiet' : 'raised'}: ${props.because}`,
        `Runbook: docs/runbook.md#${id}`,
      ].join(' '),
      metric: props.metric,
      threshold: props.threshold ?? 1,
      evaluationPeriods: props.periods ?? 1,
      comparisonOperator: props.below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: props.silence === 'good' ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    this.known = name;
    this.addAlarmAction(new SnsAction(target.topic));
    this.addOkAction(new SnsAction(target.topic));
  }
}
