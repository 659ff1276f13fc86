/** A job: its input is split, its parts are worked on a few at a time, its results are put together. Whatever fails is told to the job. */
import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Fail,
  type IChainable,
  JitterType,
  JsonPath,
  Map as MapState,
  type StateMachine,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { JOB_CONCURRENCY, type JobParts, JOBS_MACHINE, type JobStep } from '../../protocol/prediction-store.ts';
import { accept } from '../base/accept.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';
import { workflow } from '../ingest/state-machine.ts';

/** Parts are minutes each; whoever has more than two days' work cuts it into several jobs. */
const RUN_TIMEOUT = Duration.days(2);
/** A function that was killed or throttled; a part that is tried again writes the same files. */
const ATTEMPTS = 3;

export interface JobsWorkflowProps {
  readonly program: IFunction;
  readonly logsKey: IKey;
  readonly alarms: AlarmTarget;
}

const at = (path: string): string => JsonPath.stringAt(path);
const job = (): { tenant: string; id: string } => ({ tenant: at('$.tenant'), id: at('$.id') });

export class JobsWorkflow extends Construct {
  readonly machine: StateMachine;
  private readonly program: IFunction;

  constructor(scope: Construct, context: EstateContext, { program, logsKey, alarms }: JobsWorkflowProps) {
    super(scope, 'jobs-workflow');
    this.program = program;
    this.machine = workflow(this, JOBS_MACHINE, context, logsKey, RUN_TIMEOUT, this.definition());
    accept(
      this.machine,
      `IAM5[Resource::${program.functionArn}:*]`,
      'Versions of the one function that the workflow calls.',
    );
    new OperatorAlarm(this, 'api-job-failed', alarms, {
      metric: this.machine.metricFailed({ period: Duration.minutes(5) }),
      silence: 'good',
      because: 'No job, no failure.',
    });
  }

  private definition(): IChainable {
    const selected = { 'parts.$': '$.Payload.parts' satisfies `$.Payload.${keyof JobParts}` };
    const split = this.call('Split the input', { step: 'split', ...job() }, selected, '$.split');
    const every = new MapState(this, 'Every part', {
      itemsPath: '$.split.parts',
      itemSelector: { ...job(), part: JsonPath.numberAt('$$.Map.Item.Value') },
      maxConcurrency: JOB_CONCURRENCY,
      resultPath: JsonPath.DISCARD,
    });
    every.itemProcessor(
      this.call(
        'Work on the part',
        { step: 'part', ...job(), part: JsonPath.numberAt('$.part') },
        { 'done.$': '$.StatusCode' },
      ),
    );
    const finish = this.call('Put the results together', { step: 'finish', ...job() }, { 'done.$': '$.StatusCode' });
    const failed = new Fail(this, 'The job failed', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' });
    const tell = this.call(
      'Tell the job what failed',
      { step: 'fail', ...job(), error: JsonPath.objectAt('$.failure') },
      { 'done.$': '$.StatusCode' },
      '$.told',
    );
    // Also when the job cannot be told: the execution ends as what failed first.
    tell.addCatch(failed, { resultPath: '$.told' });
    tell.next(failed);
    for (const state of [split, every, finish]) state.addCatch(tell, { resultPath: '$.failure' });
    return split.next(every).next(finish).next(new Succeed(this, 'Every part is done'));
  }

  private call(
    name: string,
    payload: { readonly [K in keyof JobStep]: unknown } & Record<string, unknown>,
    resultSelector: Record<string, string>,
    resultPath = '$.last',
  ): LambdaInvoke {
    const state = new LambdaInvoke(this, name, {
      lambdaFunction: this.program,
      payload: TaskInput.fromObject(payload),
      resultSelector,
      resultPath,
      retryOnServiceExceptions: false, // They are among the ones below.
    });
    state.addRetry({
      errors: [
        'Lambda.ClientExecutionTimeoutException',
        'Lambda.ServiceException',
        'Lambda.AWSLambdaException',
        'Lambda.SdkClientException',
        'Lambda.TooManyRequestsException',
        'States.Timeout',
        'Sandbox.Timedout',
        'Runtime.ExitError',
      ],
      maxAttempts: ATTEMPTS,
      interval: Duration.seconds(2),
      backoffRate: 3,
      jitterStrategy: JitterType.FULL,
    });
    return state;
  }
}
