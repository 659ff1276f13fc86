/**
 * The embed workflow, one dataset a run: plan, job, catalog, vectors. What is embedded is remembered last, so that a run which
 * fails anywhere is done again by the next; molecules that have an embedding are then passed over.
 */
import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  type Chain,
  Choice,
  Condition,
  CustomState,
  type IChainable,
  JitterType,
  JsonPath,
  type StateMachine,
  Succeed,
  TaskInput,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import {
  EMBED_MACHINE,
  EmbedArgs,
  EmbeddedEvent,
  type EmbedPlanned,
  type EmbedRecorded,
} from '../../protocol/embeddings.ts';
import { accept } from '../base/accept.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';
import { workflow } from '../ingest/state-machine.ts';
import type { EmbedJobs } from './embed-jobs.ts';
import type { IndexTask } from './index-task.ts';
import type { PublishTask } from './publish-task.ts';

/** A job runs for 8 hours at most, three times; then the vectors of what it embedded at 2,500 a second. */
const RUN_TIMEOUT = Duration.days(2);
/** The job ends itself after 8 hours. */
const JOB_TIMEOUT = Duration.hours(9);
/** Another dataset of the class is at it; waits of up to 10 minutes, for about half a day. */
const TURN_ATTEMPTS = 150;

export interface EmbedWorkflowProps {
  readonly plan: IFunction;
  readonly record: IFunction;
  readonly jobs: EmbedJobs;
  readonly index: IndexTask;
  /** @default the lake is the only place */
  readonly publish: PublishTask | undefined;
  readonly logsKey: IKey;
  readonly alarms: AlarmTarget;
}

const at = (path: string): string => JsonPath.stringAt(path);
const RUN = '$$.Execution.Name';

export class EmbedWorkflow extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, context: EstateContext, props: EmbedWorkflowProps) {
    super(scope, EMBED_MACHINE);
    this.machine = workflow(this, EMBED_MACHINE, context, props.logsKey, RUN_TIMEOUT, this.definition(props));
    this.machine.addToRolePolicy(
      new PolicyStatement({
        actions: ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
        resources: [...props.jobs.arns],
      }),
    );
    for (const { functionArn } of [props.plan, props.record])
      accept(this.machine, `IAM5[Resource::${functionArn}:*]`, 'Versions of the functions that the workflow calls.');
    const period = Duration.minutes(5);
    new OperatorAlarm(this, 'embed-failed', props.alarms, {
      metric: this.machine.metricFailed({ period }),
      silence: 'good',
      because: 'No execution, no failure.',
    });
    new OperatorAlarm(this, 'embed-timed-out', props.alarms, {
      metric: this.machine.metricTimedOut({ period }),
      silence: 'good',
      because: 'No execution, no time-out.',
    });
  }

  private definition({ plan, record, index, publish }: EmbedWorkflowProps): IChainable {
    const planned = this.call<EmbedPlanned>('Plan what is to be embedded', plan, '$.planned', {
      fields: {
        dataset: true,
        run: true,
        files: true,
        tables: true,
        sensitivity: true,
        job: true,
        plan: true,
        summary: true,
        bundle: true,
      },
      input: { dataset: at('$.dataset'), whole: JsonPath.objectAt('$.whole'), run: at(RUN) },
    });
    const recorded = this.call<EmbedRecorded>('Register tables and partitions', record, '$.recorded', {
      fields: {
        dataset: true,
        bundle: true,
        values: true,
        embedded: true,
        known: true,
        quarantined: true,
        outOfDomain: true,
      },
      input: this.step('record'),
    });
    const searchable = this.embed()
      .next(recorded)
      .next(index.state(this, 'Bring the vectors up to date', at('$.planned.sensitivity')));
    const published = publish
      ? searchable.next(publish.state(this, 'Publish rows and files', '$.planned.summary'))
      : searchable;
    const work = published
      .next(this.remember(record))
      .next(this.announce())
      .next(new Succeed(this, 'Every molecule is embedded', { outputPath: '$.recorded' }));
    return planned.next(
      new Choice(this, 'Is anything new?')
        .when(Condition.numberGreaterThan('$.planned.files', 0), work)
        .otherwise(new Succeed(this, 'Nothing is new', { outputPath: '$.planned' })),
    );
  }

  /** The Glue job of the dataset's class, to its end. */
  private embed(): Chain | CustomState {
    const { dataset, plan, bundle, sensitivity, summary, run } = EmbedArgs;
    const told: [string, string][] = [
      [dataset, '$.planned.dataset'],
      [plan, '$.planned.plan'],
      [bundle, '$.planned.bundle'],
      [sensitivity, '$.planned.sensitivity'],
      [summary, '$.planned.summary'],
      [run, '$.planned.run'],
    ];
    const state = new CustomState(this, 'Embed the molecules', {
      stateJson: {
        Type: 'Task',
        Resource: `arn:${Aws.PARTITION}:states:::glue:startJobRun.sync`,
        Parameters: {
          'JobName.$': '$.planned.job',
          Arguments: Object.fromEntries(told.map(([name, path]) => [`--${name}.$`, path])),
        },
        ResultPath: null,
        TimeoutSeconds: JOB_TIMEOUT.toSeconds(),
      },
    });
    state.addRetry({
      errors: [
        'Glue.ConcurrentRunsExceededException',
        'Glue.ResourceNumberLimitExceededException',
        'Glue.ThrottlingException',
      ],
      interval: Duration.seconds(5),
      backoffRate: 1.5,
      maxDelay: Duration.minutes(10),
      maxAttempts: TURN_ATTEMPTS,
      jitterStrategy: JitterType.FULL,
    });
    // A worker that was lost; what it wrote is passed over by the next.
    state.addRetry({ errors: ['States.TaskFailed'], interval: Duration.seconds(15), backoffRate: 4, maxAttempts: 2 });
    return state;
  }

  private step(step: 'record' | 'remember'): Record<string, string> {
    return { step, dataset: at('$.dataset'), run: at(RUN), sensitivity: at('$.planned.sensitivity') };
  }

  private call<T>(
    name: string,
    lambdaFunction: IFunction,
    resultPath: string,
    { fields, input }: { readonly fields: Record<keyof T & string, true>; readonly input: Record<string, unknown> },
  ): LambdaInvoke {
    const state = new LambdaInvoke(this, name, {
      lambdaFunction,
      payload: TaskInput.fromObject(input),
      resultSelector: Object.fromEntries(Object.keys(fields).map((f) => [f, JsonPath.objectAt(`$.Payload.${f}`)])),
      resultPath,
    });
    return busy(state);
  }

  private remember(record: IFunction): LambdaInvoke {
    return busy(
      new LambdaInvoke(this, 'Remember what is embedded', {
        lambdaFunction: record,
        payload: TaskInput.fromObject(this.step('remember')),
        resultPath: JsonPath.DISCARD,
      }),
    );
  }

  private announce(): EventBridgePutEvents {
    const { source, detailType } = EmbeddedEvent;
    const counts = ['values', 'embedded', 'known', 'quarantined', 'outOfDomain'] as const;
    const detail = TaskInput.fromObject({
      dataset: at('$.recorded.dataset'),
      bundle: at('$.recorded.bundle'),
      ...Object.fromEntries(counts.map((name) => [name, JsonPath.numberAt(`$.recorded.${name}`)])),
      run: at(RUN),
    });
    const state = new EventBridgePutEvents(this, 'Announce the embeddings', {
      entries: [{ source, detailType, detail }],
      resultPath: JsonPath.DISCARD,
    });
    state.addRetry({ interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 6, jitterStrategy: JitterType.FULL });
    return state;
  }
}

/** Tries again what others keep busy: the catalog, or the function itself. */
function busy<S extends TaskStateBase>(state: S): S {
  state.addRetry({
    errors: ['ConcurrentModificationException', 'ThrottlingException', 'Lambda.TooManyRequestsException'],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxDelay: Duration.minutes(1),
    maxAttempts: 10,
    jitterStrategy: JitterType.FULL,
  });
  return state;
}
