/** A dashboard per audience: operators, the platform team, scientists. */
import { ArnFormat, Duration, type Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IWidget,
  MathExpression,
  Metric,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { metricNamespace, type MetricName } from '../../protocol/names.ts';
import { OperatorAlarm } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';
import { embeds } from '../embeddings/molecules.ts';
import type { EstateStack } from '../base/estate-stack.ts';
import { machineName } from '../ingest/state-machine.ts';

/** Alarms of one widget at most (CloudWatch, dashboard body structure). */
const ALARMS_A_WIDGET = 100;
const WIDTH = 24;
const HALF = WIDTH / 2;
const PERIOD = Duration.minutes(5);
const DAY = Duration.days(1);

export class Dashboards extends Construct {
  private readonly context: EstateContext;

  constructor(scope: EstateStack, context: EstateContext) {
    super(scope, 'dashboards');
    this.context = context;
    this.add('operator', 'What runs, what waits, what failed. Articles: docs/runbook.md.', [
      this.alarms(scope),
      [
        this.estate('Objects', PERIOD, 'ObjectsRecorded', 'ObjectsTransformed', 'ObjectsQuarantined'),
        this.executions(scope),
      ],
      [this.byDataset('Rows in quarantine', 'RowsQuarantined', PERIOD), this.queue()],
      ...this.molecules(PERIOD),
      [this.transfers('Files', 'FilesTransferred', 'FilesVerified'), this.transfers('Bytes', 'BytesWritten')],
    ]);
    this.add('platform', 'What the estate uses, against its quotas and its budget.', [
      [this.usage('Fargate vCPU in use', 'Fargate', 'Standard/OnDemand', 'vCPU'), this.ledger()],
      [this.estate('Bytes', DAY, 'BytesIn', 'BytesOut'), this.scanned()],
    ]);
    this.add('scientist', 'What has arrived lately, table by table.', [
      [this.byDataset('Rows added', 'RowsOut', DAY), this.byDataset('Rows in quarantine', 'RowsQuarantined', DAY)],
      [this.byDataset('Objects', 'ObjectsTransformed', DAY), this.scanned()],
      ...this.molecules(DAY),
    ]);
  }

  /** What was embedded, and what was no molecule; no row where nothing is embedded. */
  private molecules(period: Duration): IWidget[][] {
    if (!embeds(this.context)) return [];
    return [
      [
        this.byDataset('Molecules embedded', 'MoleculesEmbedded', period),
        this.byDataset('Invalid molecules', 'MoleculesInvalid', period),
      ],
    ];
  }

  private add(audience: string, purpose: string, rows: readonly IWidget[][]): void {
    const { estate, environmentName } = this.context;
    const dashboard = new Dashboard(this, audience, {
      dashboardName: `${estate}-${environmentName}-${audience}`,
      periodOverride: PeriodOverride.AUTO,
      defaultInterval: Duration.days(1),
    });
    dashboard.addWidgets(
      new TextWidget({ markdown: `**Decant ${estate} ${environmentName}**: ${purpose}`, width: WIDTH, height: 1 }),
    );
    for (const row of rows) dashboard.addWidgets(...row);
  }

  /** All alarms of the environment, by their names: no stack exports anything for it. */
  private alarms(scope: Stack): IWidget[] {
    const all = (scope.node.scope ?? scope).node
      .findAll()
      .filter((c) => c instanceof OperatorAlarm)
      .map((alarm, i) =>
        Alarm.fromAlarmArn(
          this,
          `alarm-${i}`,
          scope.formatArn({
            service: 'cloudwatch',
            resource: 'alarm',
            resourceName: alarm.known,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ),
      );
    const widgets: IWidget[] = [];
    for (let i = 0; i < all.length; i += ALARMS_A_WIDGET)
      widgets.push(
        new AlarmStatusWidget({ title: 'Alarms', alarms: all.slice(i, i + ALARMS_A_WIDGET), width: WIDTH, height: 4 }),
      );
    return widgets;
  }

  private estate(title: string, period: Duration, ...names: MetricName[]): GraphWidget {
    const left = names.map(
      (name) =>
        new MathExpression({
          expression: `SUM(SEARCH('{${metricNamespace},environment,dataset} MetricName="${name}" environment="${this.context.environmentName}"', 'Sum', ${period.toSeconds()}))`,
          label: name,
          usingMetrics: {},
          period,
        }),
    );
    return new GraphWidget({ title, left, width: HALF });
  }

  private byDataset(title: string, name: MetricName, period: Duration): GraphWidget {
    const expression = `SEARCH('{${metricNamespace},environment,dataset} MetricName="${name}" environment="${this.context.environmentName}"', 'Sum', ${period.toSeconds()})`;
    return new GraphWidget({
      title,
      left: [new MathExpression({ expression, label: '', usingMetrics: {}, period })],
      width: HALF,
      stacked: true,
    });
  }

  private executions({ partition, region, account }: Stack): GraphWidget {
    const machine = machineName(this.context, 'ingest');
    const StateMachineArn = `arn:${partition}:states:${region}:${account}:stateMachine:${machine}`;
    const left = ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'].map(
      (metricName) =>
        new Metric({
          namespace: 'AWS/States',
          metricName,
          dimensionsMap: { StateMachineArn },
          statistic: 'Sum',
          period: PERIOD,
        }),
    );
    return new GraphWidget({ title: 'Ingest executions', left, width: HALF });
  }

  private queue(): GraphWidget {
    return this.search(
      'Queues: visible messages',
      'AWS/SQS,QueueName',
      'ApproximateNumberOfMessagesVisible',
      'Maximum',
    );
  }

  /** Basic and Enhanced tasks count under other names (DataSync guide, monitor-datasync); these both have. */
  private transfers(title: string, ...names: string[]): GraphWidget {
    const left = names.map(
      (name) =>
        new MathExpression({
          expression: `SEARCH('{AWS/DataSync,TaskId} MetricName="${name}"', 'Sum', ${PERIOD.toSeconds()})`,
          label: name,
          usingMetrics: {},
          period: PERIOD,
        }),
    );
    return new GraphWidget({ title: `DataSync: ${title}`, left, width: HALF });
  }

  private usage(title: string, Service: string, Class: string, Resource: string): GraphWidget {
    const metric = new Metric({
      namespace: 'AWS/Usage',
      metricName: 'ResourceCount',
      dimensionsMap: { Service, Class, Resource, Type: 'Resource' },
      statistic: 'Maximum',
      period: PERIOD,
    });
    const quota = this.context.environment.quotas.fargateVcpu;
    return new GraphWidget({
      title,
      left: [metric],
      leftAnnotations: [{ value: quota, label: 'quota of the estate' }],
      width: HALF,
    });
  }

  private ledger(): GraphWidget {
    return this.search('Ledger: write units', 'AWS/DynamoDB,TableName', 'ConsumedWriteCapacityUnits', 'Sum');
  }

  private scanned(): GraphWidget {
    return this.search('Athena: bytes scanned', 'AWS/Athena,QueryState,QueryType,WorkGroup', 'ProcessedBytes', 'Sum');
  }

  private search(title: string, schema: string, name: string, statistic: 'Sum' | 'Maximum'): GraphWidget {
    const { estate, environmentName } = this.context;
    const expression = `SEARCH('{${schema}} MetricName="${name}" "${estate}-${environmentName}"', '${statistic}', ${PERIOD.toSeconds()})`;
    return new GraphWidget({
      title,
      left: [new MathExpression({ expression, label: '', usingMetrics: {}, period: PERIOD })],
      width: HALF,
    });
  }
}
