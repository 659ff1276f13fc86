/** What the states of an order's workflow share: fields that they carry, and how long they try. */
import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  Fail,
  JitterType,
  JsonPath,
  Succeed,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { DeviceResult, JobRecord, OrderSummary } from '../../../protocol/snowball.ts';

export const at = (path: string): string => JsonPath.stringAt(path);
export const number = (path: string): number => JsonPath.numberAt(path);

export const jobFields: Record<keyof JobRecord, true> = {
  jobId: true,
  state: true,
  since: true,
  waitSec: true,
  outcome: true,
};
export const resultFields: Record<keyof DeviceResult, true> = {
  device: true,
  jobId: true,
  error: true,
  cause: true,
  succeeded: true,
  failed: true,
  firstFailed: true,
};
export const summaryFields: Record<keyof OrderSummary, true> = {
  dataset: true,
  order: true,
  devices: true,
  devicesFailed: true,
  succeeded: true,
  failed: true,
  firstFailed: true,
};
export const fromPayload = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.keys(fields).map((f) => [f, JsonPath.objectAt(`$.Payload.${f}`)]));

/** Devices travel for weeks: an hour without Lambda, SNS or Snowball is no reason to give an order up. */
export function patient<T extends TaskStateBase>(state: T): T {
  state.addRetry({
    errors: ['NotASnowballCustomerError', 'AddressError', 'InvalidInputCombinationException', 'States.Timeout'],
    maxAttempts: 0,
  });
  state.addRetry({
    errors: ['States.TaskFailed'],
    interval: Duration.seconds(10),
    backoffRate: 2,
    maxDelay: Duration.minutes(15),
    maxAttempts: 10,
    jitterStrategy: JitterType.FULL,
  });
  return state;
}

/** How an order ends, once it is on record. */
export function verdict(scope: Construct): Choice {
  return new Choice(scope, 'Did everything come in?')
    .when(
      Condition.numberGreaterThan('$.summary.devicesFailed', 0),
      new Fail(scope, 'A device did not come through', {
        error: 'DevicesFailed',
        causePath: JsonPath.format(
          '{} of {} devices of order {} did not come through; the first is {}',
          ...(['devicesFailed', 'devices', 'order', 'firstFailed'] as const).map((f) => at(`$.summary.${f}`)),
        ),
      }),
    )
    .when(
      Condition.numberGreaterThan('$.summary.failed', 0),
      new Fail(scope, 'Some objects did not come in', {
        error: 'ObjectsFailed',
        causePath: JsonPath.format(
          '{} objects of order {} did not come in; the first is {}',
          ...(['failed', 'order', 'firstFailed'] as const).map((f) => at(`$.summary.${f}`)),
        ),
      }),
    )
    .otherwise(new Succeed(scope, 'Everything came in', { outputPath: '$.summary' }));
}
