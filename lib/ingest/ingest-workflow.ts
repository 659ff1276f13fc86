/**
 * The ingest workflow: one shard, or the shards of one list in turn. Whatever happens to some objects, what is
 * finished is registered and announced first; only then does the execution end failed.
 */
import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  JitterType,
  JsonPath,
  Pass,
  Result,
  type StateMachine,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { type EcsRunTask, EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { TransformerInput } from '../../protocol/env.ts';
import { type RegisterOutput, UpdatedEvent } from '../../protocol/workflow.ts';
import { accept } from '../base/accept.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';
import { runTask } from './run-task.ts';
import { workflow } from './state-machine.ts';
import type { TransformerTask } from './transformer-task.ts';

/** Spot interruptions and killed tasks; the claim keeps a second task from writing what the first one did. */
const TASK_ATTEMPTS = 3;
/** A list of shards takes about 15 minutes, a merge of a large table longer; a day with waits for capacity. */
const TASK_TIMEOUT = Duration.hours(6);
const RUN_TIMEOUT = Duration.days(3);

/** More than any list holds: the first round always makes progress. */
const EVERYTHING = 2 ** 31 - 1;

export interface IngestWorkflowProps {
  readonly task: TransformerTask;
  readonly register: IFunction;
  readonly logsKey: IKey;
  readonly alarms: AlarmTarget;
}

const at = (path: string): string => JsonPath.stringAt(path);

/** Text from a template with `{}` for each path. */
const text = (template: string, ...paths: string[]): string => JsonPath.format(template, ...paths.map(at));

export class IngestWorkflow extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, context: EstateContext, props: IngestWorkflowProps) {
    super(scope, 'ingest');
    this.machine = workflow(this, 'ingest', context, props.logsKey, RUN_TIMEOUT, this.definition(props));
    accept(
      this.machine,
      `IAM5[Resource::${props.register.functionArn}:*]`,
      'Versions of the one function that the workflow calls.',
    );
    new OperatorAlarm(this, 'ingest-failed', props.alarms, {
      metric: this.machine.metricFailed({ period: Duration.minutes(5) }),
      silence: 'good',
      because: 'No execution, no failure.',
    });
    new OperatorAlarm(this, 'ingest-timed-out', props.alarms, {
      metric: this.machine.metricTimedOut({ period: Duration.minutes(5) }),
      silence: 'good',
      because: 'No execution, no time-out.',
    });
  }

  private definition({ task, register }: IngestWorkflowProps): IChainable {
    const begin = new Pass(this, 'Everything is left to do', {
      result: Result.fromObject({ shardsLeft: EVERYTHING }),
      resultPath: '$.progress',
    });
    const transform = this.transform(task);
    const registered = this.register(register);
    const announced = this.announce();
    const again = new Pass(this, 'Remember what is left', {
      inputPath: '$.registered.shardsLeft',
      resultPath: '$.progress.shardsLeft',
    }).next(transform);

    const failed = Condition.isPresent('$.failure');
    const someLeft = Condition.numberGreaterThan('$.registered.shardsLeft', 0);
    const verdict = new Choice(this, 'Did every object get through?')
      .when(
        failed,
        new Fail(this, 'The task failed', {
          errorPath: '$.failure.Error',
          // One of shard and list is empty.
          causePath: text('the task for {}{} failed: {}', '$.shard', '$.list', '$.failure.Cause'),
        }),
      )
      .when(
        someLeft,
        this.fail(
          'Shards are left over',
          'ShardsLeft',
          '{} shards of dataset {} made no progress',
          'shardsLeft',
          'dataset',
        ),
      )
      .when(
        Condition.numberGreaterThan('$.registered.objectsQuarantined', 0),
        this.fail(
          'Some objects are in quarantine',
          'ObjectsQuarantined',
          '{} of {} objects of dataset {} are in quarantine; the first is {}',
          ...(['objectsQuarantined', 'objects', 'dataset', 'firstQuarantined'] as const),
        ),
      )
      .otherwise(new Succeed(this, 'Every object is transformed', { outputPath: '$.registered' }));

    const next = new Choice(this, 'Is more of the list left to do?')
      .when(
        Condition.and(
          Condition.not(failed),
          someLeft,
          Condition.numberLessThanJsonPath('$.registered.shardsLeft', '$.progress.shardsLeft'),
        ),
        again,
      )
      .when(Condition.numberEquals('$.registered.objects', 0), verdict)
      .otherwise(announced.next(verdict));

    transform.addCatch(registered, { resultPath: '$.failure' });
    return begin.next(transform).next(registered).next(next);
  }

  private transform(task: TransformerTask): EcsRunTask {
    const inputs: [string, string][] = [
      [TransformerInput.shardKey, at('$.shard')],
      [TransformerInput.shardListKey, at('$.list')],
      [TransformerInput.run, at('$$.Execution.Name')],
      [TransformerInput.attempt, text('{}', '$.attempt')],
      [TransformerInput.retry, text('{}', '$$.State.RetryCount')],
    ];
    const state = runTask(this, 'Transform the shard', {
      task,
      definition: task.definition,
      timeout: TASK_TIMEOUT,
      overrides: [
        { containerDefinition: task.container, environment: inputs.map(([name, value]) => ({ name, value })) },
      ],
    });
    // The longest wait is longer than a dead task's claim holds.
    state.addRetry({
      errors: ['States.TaskFailed'],
      interval: Duration.minutes(1),
      backoffRate: 3,
      maxAttempts: TASK_ATTEMPTS,
    });
    return state;
  }

  private register(program: IFunction): LambdaInvoke {
    const fields = {
      dataset: true,
      tables: true,
      objects: true,
      rowsIn: true,
      rowsOut: true,
      rowsQuarantined: true,
      objectsQuarantined: true,
      firstQuarantined: true,
      shardsLeft: true,
    } satisfies Record<keyof RegisterOutput, true>;
    const state = new LambdaInvoke(this, 'Register tables and partitions', {
      lambdaFunction: program,
      payload: TaskInput.fromObject({
        dataset: at('$.dataset'),
        shard: at('$.shard'),
        list: at('$.list'),
        attempt: JsonPath.numberAt('$.attempt'),
        run: at('$$.Execution.Name'),
      }),
      resultSelector: Object.fromEntries(Object.keys(fields).map((f) => [f, JsonPath.objectAt(`$.Payload.${f}`)])),
      resultPath: '$.registered',
    });
    state.addRetry({
      // Two shards of one table finished at once, or the catalog is busy.
      errors: ['ConcurrentModificationException', 'ThrottlingException', 'Lambda.TooManyRequestsException'],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxDelay: Duration.minutes(1),
      maxAttempts: 10,
      jitterStrategy: JitterType.FULL,
    });
    return state;
  }

  private announce(): EventBridgePutEvents {
    const { source, detailType } = UpdatedEvent;
    const detail = TaskInput.fromObject({
      dataset: at('$.registered.dataset'),
      tables: JsonPath.listAt('$.registered.tables'),
      objects: JsonPath.numberAt('$.registered.objects'),
      rowsOut: JsonPath.numberAt('$.registered.rowsOut'),
      run: at('$$.Execution.Name'),
    });
    const state = new EventBridgePutEvents(this, 'Announce the updated dataset', {
      entries: [{ source, detailType, detail }],
      resultPath: JsonPath.DISCARD,
    });
    state.addRetry({ interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 6, jitterStrategy: JitterType.FULL });
    return state;
  }

  /** Ends the execution failed; the fields of what was registered fill the template. */
  private fail(name: string, error: string, template: string, ...fields: (keyof RegisterOutput)[]): Fail {
    return new Fail(this, name, { error, causePath: text(template, ...fields.map((f) => `$.registered.${f}`)) });
  }
}
