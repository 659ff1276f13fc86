/** Alarms on what programs count themselves: objects that no contract knows, and objects in quarantine. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { metricNamespace, type MetricName } from '../../protocol/names.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';

export class ObjectAlarms extends Construct {
  constructor(scope: Construct, context: EstateContext, alarms: AlarmTarget) {
    super(scope, 'objects');
    const count = (metricName: MetricName, dataset: string, statistic: 'Sum' | 'Maximum'): Metric =>
      new Metric({
        namespace: metricNamespace,
        metricName,
        dimensionsMap: { environment: context.environmentName, dataset },
        statistic,
        period: Duration.minutes(5),
      });
    new OperatorAlarm(this, 'objects-unclassified', alarms, {
      metric: count('ObjectsUnclassified', UNCLASSIFIED, 'Maximum'), // How many there are, once a minute.
      silence: 'good',
      because: 'The sweeper counts them; its silence is an alarm of its own.',
    });
    for (const dataset of context.datasets) {
      const owner = new Construct(this, dataset);
      new OperatorAlarm(owner, 'objects-quarantined', alarms, {
        metric: count('ObjectsQuarantined', dataset, 'Sum'),
        about: dataset,
        silence: 'good',
        because: 'Counted where objects are transformed.',
      });
    }
  }
}
