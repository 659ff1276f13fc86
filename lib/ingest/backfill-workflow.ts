/** The backfill: runs the ingest workflow for every list of shards; one bad list never stops the others. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Choice,
  Condition,
  DistributedMap,
  Fail,
  type IChainable,
  IntegrationPattern,
  JitterType,
  JsonPath,
  type StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { WorkKeys } from '../../protocol/keys.ts';
import type { BackfillInput, IngestInput } from '../../protocol/workflow.ts';
import { accept } from '../base/accept.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';
import { acceptWildcards, allowKey } from '../base/grant.ts';
import type { EstateBucket } from '../storage/estate-bucket.ts';
import { backfillConcurrency } from './fargate-size.ts';
import { ListIndexReader, MapRunWriter } from './map-io.ts';
import { machineName, workflow } from './state-machine.ts';

/** 500 TB at six vCPU take months; Step Functions ends any execution after a year. */
const RUN_TIMEOUT = Duration.days(360);

export interface BackfillWorkflowProps {
  readonly ingest: StateMachine;
  readonly work: EstateBucket;
  readonly dataKey: IKey;
  readonly logsKey: IKey;
  readonly alarms: AlarmTarget;
}

const NAME = 'backfill';

const from = (field: keyof BackfillInput): string => JsonPath.stringAt(`$.${field}`);

export class BackfillWorkflow extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, context: EstateContext, props: BackfillWorkflowProps) {
    super(scope, 'backfill');
    this.machine = workflow(this, NAME, context, props.logsKey, RUN_TIMEOUT, this.definition(context, props));
    this.grant(props);
    new OperatorAlarm(this, 'backfill-failed', props.alarms, {
      metric: this.machine.metricFailed({ period: Duration.minutes(5) }),
      silence: 'good',
      because: 'No backfill, no failure.',
    });
  }

  private definition(context: EstateContext, props: BackfillWorkflowProps): IChainable {
    const lists = new DistributedMap(this, 'Run the shards of every list', {
      mapExecutionType: StateMachineType.STANDARD,
      itemReader: new ListIndexReader(props.work, from('listIndex')),
      itemSelector: {
        dataset: from('dataset'),
        shard: '',
        list: JsonPath.stringAt('$$.Map.Item.Value.list'),
        attempt: JsonPath.numberAt('$.attempt'),
      } satisfies Record<keyof IngestInput, unknown>,
      maxConcurrency: backfillConcurrency(context.environment),
      toleratedFailurePercentage: 100,
      resultWriterV2: new MapRunWriter(props.work),
      resultSelector: { mapRun: JsonPath.stringAt('$.MapRunArn') },
      resultPath: '$.lists',
    });
    lists.itemProcessor(this.child(props.ingest));

    const { partition, region, account } = Stack.of(this);
    const mapRuns = `arn:${partition}:states:${region}:${account}:mapRun:${machineName(context, NAME)}/*`;
    const count = new CallAwsService(this, 'Count the lists that failed', {
      service: 'sfn',
      action: 'describeMapRun',
      parameters: { MapRunArn: JsonPath.stringAt('$.lists.mapRun') },
      iamResources: [mapRuns],
      iamAction: 'states:DescribeMapRun',
      resultSelector: {
        total: JsonPath.numberAt('$.ItemCounts.Total'),
        succeeded: JsonPath.numberAt('$.ItemCounts.Succeeded'),
      },
      resultPath: '$.counts',
    });
    count.addRetry({ interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 6, jitterStrategy: JitterType.FULL });

    const verdict = new Choice(this, 'Did every list get through?')
      .when(
        Condition.numberEqualsJsonPath('$.counts.succeeded', '$.counts.total'),
        new Succeed(this, 'Every list is done', { outputPath: '$.counts' }),
      )
      .otherwise(
        new Fail(this, 'Some lists failed', {
          error: 'ListsFailed',
          causePath: JsonPath.format(
            'of {} lists of dataset {} only {} got through; the others are in {}',
            ...['$.counts.total', '$.dataset', '$.counts.succeeded', '$.lists.mapRun'].map((path) =>
              JsonPath.stringAt(path),
            ),
          ),
        }),
      );
    return lists.next(count).next(verdict);
  }

  private child(ingest: StateMachine): StepFunctionsStartExecution {
    const fields = ['dataset', 'shard', 'list', 'attempt'] as const satisfies readonly (keyof IngestInput)[];
    const state = new StepFunctionsStartExecution(this, 'Ingest the list', {
      stateMachine: ingest,
      integrationPattern: IntegrationPattern.RUN_JOB,
      associateWithParent: true, // The console links the two.
      input: TaskInput.fromObject(Object.fromEntries(fields.map((f) => [f, JsonPath.objectAt(`$.${f}`)]))),
      resultSelector: { registered: JsonPath.objectAt('$.Output') },
    });
    state.addRetry({
      // Starting is throttled or at a limit; a child that ran and failed is States.TaskFailed and is not run again here.
      errors: [
        'StepFunctions.ExecutionLimitExceededException',
        'StepFunctions.ThrottlingException',
        'ThrottlingException',
      ],
      interval: Duration.seconds(5),
      backoffRate: 2,
      maxDelay: Duration.minutes(5),
      maxAttempts: 50,
      jitterStrategy: JitterType.FULL,
    });
    return state;
  }

  /** The reader and the writer of the map act with the machine's role; CDK grants the objects, not their key. */
  private grant({ dataKey, work }: BackfillWorkflowProps): void {
    allowKey(this.machine, dataKey, 's3', 'write');
    const objects = [WorkKeys.listIndex, WorkKeys.mapResults].map((shape) => work.arnForObjects(shape.pattern()));
    acceptWildcards(this.machine, objects, 'Indexes of backfills, and what became of their lists, by key pattern.');
    for (const kind of ['execution', 'mapRun']) {
      accept(
        this.machine,
        `IAM5[Resource::{}:${kind}:{}]`,
        'Executions and map runs of a machine of this stack; their names are made at run time.',
      );
    }
  }
}
