/** Alarms on what programs count themselves: objects that no contract knows, and objects in quarantine. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { metricNamespace, type MetricName } from '../../protocol/names.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';

export class ObjectAlarms extends Construct {
  constructor(scope: Construct, { environmentName }: EstateContext, alarms: AlarmTarget) {
    super(scope, 'objects');
    const period = Duration.minutes(5);
    new OperatorAlarm(this, 'objects-unclassified', alarms, {
      metric: new Metric({
        namespace: metricNamespace,
        metricName: 'ObjectsUnclassified' satisfies MetricName,
        dimensionsMap: { environment: environmentName, dataset: UNCLASSIFIED },
        statistic: 'Sum',
        period,
      }),
      silence: 'good', // Counted where objects arrive.
    });
    const quarantined = 'ObjectsQuarantined' satisfies MetricName;
    new OperatorAlarm(this, 'objects-quarantined', alarms, {
      metric: new MathExpression({
        label: quarantined,
        // A query, since there is one metric a dataset and an alarm takes ten at most.
        expression: `SELECT SUM(${quarantined}) FROM SCHEMA(${metricNamespace}, environment, dataset) WHERE environment = '${environmentName}'`,
        period,
      }),
      silence: 'good', // Counted where objects are transformed.
    });
  }
}
