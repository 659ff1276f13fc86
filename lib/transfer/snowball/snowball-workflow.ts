/**
 * An order of devices: approvers are asked, then devices go one after the other as the quota lets them. Whatever happens to
 * one device, the others go on; what came in is on record first, only then does the execution end failed.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  IntegrationPattern,
  JitterType,
  JsonPath,
  Map as MapState,
  Pass,
  type StateMachine,
  Succeed,
  TaskInput,
  type TaskStateBase,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { DeviceResult, Snowball, SnowballCall } from '../../../protocol/snowball.ts';
import { accept } from '../../base/accept.ts';
import { type AlarmTarget, OperatorAlarm } from '../../base/alarm.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import { workflow } from '../../ingest/state-machine.ts';
import { at, fromPayload, jobFields, number, patient, resultFields, summaryFields, verdict } from './workflow-parts.ts';

/** AWS locks a device after 360 days; Step Functions ends any execution after a year. */
const RUN_TIMEOUT = Duration.days(360);
const APPROVAL_TIMEOUT = Duration.days(14);
/** A device that somebody else holds comes back within weeks: with the jitter four times a day for six weeks. */
const QUOTA_WAIT = Duration.hours(12);
const QUOTA_ATTEMPTS = 180;

export interface SnowballWorkflowProps {
  readonly snowball: Snowball;
  readonly topic: ITopic;
  readonly program: IFunction;
  readonly messagesKey: IKey;
  readonly logsKey: IKey;
  readonly alarms: AlarmTarget;
}

export class SnowballWorkflow extends Construct {
  readonly machine: StateMachine;
  private readonly quotaWait: Duration;

  constructor(scope: Construct, context: EstateContext, props: SnowballWorkflowProps) {
    super(scope, 'workflow');
    this.quotaWait = context.environment.kind === 'local' ? Duration.seconds(2) : QUOTA_WAIT;
    this.machine = workflow(this, 'snowball', context, props.logsKey, RUN_TIMEOUT, this.definition(props));
    accept(
      this.machine,
      `IAM5[Resource::${props.program.functionArn}:*]`,
      'Versions of the one function that the workflow calls.',
    );
    allow(this.machine, ['kms:Decrypt', 'kms:GenerateDataKey'], [props.messagesKey.keyArn], {
      StringEquals: { 'kms:ViaService': `sns.${Stack.of(this).region}.amazonaws.com` },
    });
    const period = Duration.minutes(5);
    new OperatorAlarm(this, 'snowball-import-failed', props.alarms, {
      metric: this.machine.metricFailed({ period }),
      silence: 'good',
      because: 'No order, no failure.',
    });
    new OperatorAlarm(this, 'snowball-order-timed-out', props.alarms, {
      metric: this.machine.metricTimedOut({ period }),
      silence: 'good',
      because: 'No order, no time-out.',
    });
  }

  private definition({ program, snowball, topic }: SnowballWorkflowProps): IChainable {
    const mail = new SnsPublish(this, 'Mail the approvers', {
      topic,
      subject: at('$.mail.subject'),
      message: TaskInput.fromJsonPathAt('$.mail.text'),
      resultPath: JsonPath.DISCARD,
    });
    patient(mail);
    const ask = this.ask(program);
    const devices = new MapState(this, 'Every device', {
      itemsPath: '$.devices',
      itemSelector: {
        dataset: at('$.dataset'),
        order: at('$.order'),
        of: number('$.of'),
        device: number('$$.Map.Item.Value.device'),
      },
      maxConcurrency: snowball.deviceQuota,
      resultPath: '$.results',
    });
    devices.itemProcessor(this.device(program));
    const finish = this.call(
      program,
      'Put the order on record',
      {
        action: 'finish',
        execution: at('$$.Execution.Name'),
        input: JsonPath.objectAt('$$.Execution.Input'),
        results: JsonPath.objectAt('$.results'),
      },
      fromPayload(summaryFields),
      '$.summary',
    );
    const decided = new Choice(this, 'Is it approved?')
      .when(Condition.booleanEquals('$.decision.approved', true), devices.next(finish).next(verdict(this)))
      .otherwise(new Succeed(this, 'Declined', { outputPath: '$.decision' }));
    ask.addCatch(new Fail(this, 'Nobody approved', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' }), {
      resultPath: '$.failure',
    });
    return mail.next(ask).next(decided);
  }

  /** Waits until `decant snowball approve` or `decline` answers with the decision. */
  private ask(program: IFunction): LambdaInvoke {
    const state = new LambdaInvoke(this, 'Wait for approval', {
      lambdaFunction: program,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: TaskInput.fromObject({
        action: 'ask' satisfies SnowballCall['action'],
        execution: at('$$.Execution.Name'),
        token: JsonPath.taskToken,
        input: JsonPath.objectAt('$$.Execution.Input'),
      }),
      taskTimeout: Timeout.duration(APPROVAL_TIMEOUT),
      retryOnServiceExceptions: false, // Those are among the ones that `patient` waits for.
      resultPath: '$.decision',
    });
    return patient(state);
  }

  /** One device: a job, looked at until it is over; then its reports are archived. Ends in a DeviceResult, always. */
  private device(program: IFunction): IChainable {
    const failure = new Pass(this, 'What stopped the device', {
      parameters: {
        device: number('$.device'),
        jobId: '',
        error: at('$.failure.Error'),
        cause: at('$.failure.Cause'),
        succeeded: 0,
        failed: 0,
        firstFailed: '',
      } satisfies Record<keyof DeviceResult, unknown>,
    });
    const ended = new Pass(this, 'The job ended without an import', {
      parameters: {
        device: number('$.device'),
        jobId: at('$.job.jobId'),
        error: 'JobEnded',
        cause: JsonPath.format('job {} is {}, and its data did not come in', at('$.job.jobId'), at('$.job.outcome')),
        succeeded: 0,
        failed: 0,
        firstFailed: '',
      } satisfies Record<keyof DeviceResult, unknown>,
    });
    const caught = (state: TaskStateBase): TaskStateBase => state.addCatch(failure, { resultPath: '$.failure' });
    const job = fromPayload(jobFields);

    const create = this.call(
      program,
      'Make the job',
      {
        action: 'create',
        dataset: at('$.dataset'),
        order: at('$.order'),
        device: number('$.device'),
        of: number('$.of'),
      },
      job,
      '$.job',
    );
    const look = this.call(
      program,
      'Look at the job',
      { action: 'look', dataset: at('$.dataset'), job: JsonPath.objectAt('$.job') },
      job,
      '$.job',
    );
    const archive = this.call(
      program,
      'Archive its reports',
      { action: 'archive', dataset: at('$.dataset'), device: number('$.device'), job: JsonPath.objectAt('$.job') },
      fromPayload(resultFields),
    );
    const wait = new Wait(this, 'Let it travel', { time: WaitTime.secondsPath('$.job.waitSec') });
    const outcome = new Choice(this, 'Where is the job?')
      .when(Condition.stringEquals('$.job.outcome', 'complete'), archive)
      .when(Condition.stringEquals('$.job.outcome', 'open'), wait.next(look))
      .otherwise(ended);
    look.next(outcome);
    for (const state of [create, look, archive]) caught(state);
    return create.next(outcome);
  }

  private call(
    program: IFunction,
    id: string,
    payload: Record<string, unknown> & { readonly action: SnowballCall['action'] },
    resultSelector: Record<string, unknown>,
    resultPath?: string,
  ): LambdaInvoke {
    const state = new LambdaInvoke(this, id, {
      lambdaFunction: program,
      payload: TaskInput.fromObject(payload),
      resultSelector,
      ...(resultPath !== undefined && { resultPath }),
      retryOnServiceExceptions: false, // Those are among the ones below.
    });
    if (payload.action === 'create') {
      // Before the retry of everything else: the first that matches counts.
      state.addRetry({
        errors: ['DeviceQuotaReachedError'],
        interval: this.quotaWait,
        backoffRate: 1,
        maxAttempts: QUOTA_ATTEMPTS,
        jitterStrategy: JitterType.FULL,
      });
    }
    return patient(state);
  }
}
