/** What the states of an order's workflow share: fields that they carry, and how long they try. */
import { Duration } from 'aws-cdk-lib';
import { JitterType, JsonPath, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
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
