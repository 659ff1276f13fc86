/** How the API is known to work. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { metricNamespace, type MetricName } from '../../protocol/names.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import { STAGE } from './api.ts';
import type { ProgramFunction } from '../ingest/program-function.ts';

const PERIOD = Duration.minutes(5);
/** Milliseconds that the slowest of a hundred answers may take: a batch of 256 long molecules takes about two seconds. */
const SLOW = 5000;
/** Of five minutes: above it somebody tries, or an application has the wrong secret. */
const MANY = 100;

export interface ApiAlarmsProps {
  readonly api: SpecRestApi;
  readonly accessLog: LogGroup;
  readonly program: ProgramFunction;
  /** Of the firewall's metrics. */
  readonly firewall: string;
  readonly alarms: AlarmTarget;
}

export class ApiAlarms extends Construct {
  private readonly log: LogGroup;

  constructor(scope: Construct, { api, accessLog, program, firewall, alarms }: ApiAlarmsProps) {
    super(scope, 'alarms');
    this.log = accessLog;
    const dimensionsMap = { ApiName: api.restApiName, Stage: STAGE };
    const gateway = (metricName: string, statistic: string): Metric =>
      new Metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap, statistic, period: PERIOD });
    const quiet = { silence: 'good', because: 'Nobody asks, nothing is answered.' } as const;
    new OperatorAlarm(this, 'api-errors', alarms, {
      metric: gateway('5XXError', 'Sum'),
      threshold: 5, // A function that starts anew may fail one.
      periods: 2,
      ...quiet,
    });
    new OperatorAlarm(this, 'api-slow', alarms, {
      metric: gateway('Latency', 'p99'),
      threshold: SLOW,
      periods: 3,
      ...quiet,
    });
    new OperatorAlarm(this, 'api-function-throttled', alarms, {
      metric: program.metricThrottles({ period: PERIOD }),
      threshold: 5,
      periods: 2,
      ...quiet,
    });
    new OperatorAlarm(this, 'api-throttled', alarms, {
      metric: this.counted('ApiThrottled', FilterPattern.stringValue('$.status', '=', '429')),
      threshold: MANY,
      periods: 3,
      ...quiet,
    });
    new OperatorAlarm(this, 'api-unauthorized', alarms, {
      metric: this.counted(
        'ApiUnauthorized',
        FilterPattern.any(
          FilterPattern.stringValue('$.status', '=', '401'),
          FilterPattern.stringValue('$.status', '=', '403'),
        ),
      ),
      threshold: MANY,
      periods: 2,
      ...quiet,
    });
    new OperatorAlarm(this, 'api-blocked', alarms, {
      metric: new Metric({
        namespace: 'AWS/WAFV2',
        metricName: 'BlockedRequests',
        dimensionsMap: { WebACL: firewall, Region: Stack.of(this).region, Rule: 'ALL' },
        statistic: 'Sum',
        period: PERIOD,
      }),
      threshold: 10 * MANY, // Scanners knock at every public address, all day.
      periods: 3,
      silence: 'good',
      because: 'WAF publishes this metric only when it blocks.',
    });
  }

  /** Counts lines of the access log. Metric filters publish 0 with every other line. */
  private counted(metricName: MetricName, filterPattern: ReturnType<typeof FilterPattern.stringValue>): Metric {
    const filter = new MetricFilter(this, metricName, {
      logGroup: this.log,
      filterPattern,
      metricNamespace,
      metricName,
      metricValue: '1',
      dimensions: undefined,
    });
    return filter.metric({ statistic: 'Sum', period: PERIOD });
  }
}
