/** How an order of Snowball devices goes: approval, devices, and what is told when one does not come through. */
import type { Decision, DeviceResult, JobRecord, OrderSummary, SnowballInput } from '../../../protocol/snowball.ts';
import type { Answer, Json, Scenario } from '../support/interpreter.ts';
import type { Workflow } from '../support/cases.ts';

const input: SnowballInput = {
  dataset: 'archive',
  order: 'archive-1',
  of: 2,
  devices: [{ device: 1 }, { device: 2 }],
  requestedBy: 'anna',
  mail: { subject: 'Approve?', text: 'decant snowball approve archive-1-1' },
};
const decision = (approved: boolean): Decision => ({ approved, by: 'ben', at: '2026-11-21T00:00:00Z', reason: '' });
const job = (state: string, outcome: JobRecord['outcome']): Json => ({
  Payload: {
    jobId: 'JID',
    state,
    since: '2026-11-21T00:00:00Z',
    waitSec: 43_200,
    outcome,
  } satisfies JobRecord as never,
});
const archived = (failed: number): Json => ({
  Payload: {
    device: 1,
    jobId: 'JID',
    error: '',
    cause: '',
    succeeded: 10,
    failed,
    firstFailed: failed > 0 ? 'lab/archive/bad.csv' : '',
  } satisfies DeviceResult as never,
});

/** Sums up as the function does, so that what a device ends with decides. */
const recorded: Answer = (given) => {
  const { Payload } = given as unknown as { Payload: { input: SnowballInput; results: DeviceResult[] } };
  const { results } = Payload;
  const sum = (f: 'succeeded' | 'failed') => results.reduce((n, r) => n + r[f], 0);
  const summary: OrderSummary = {
    dataset: Payload.input.dataset,
    order: Payload.input.order,
    devices: results.length,
    devicesFailed: results.filter((r) => r.error !== '').length,
    succeeded: sum('succeeded'),
    failed: sum('failed'),
    firstFailed: 'device 1',
  };
  return { Payload: summary as never };
};

const scenario = (title: string, ends: string, more: Scenario['answers'] = {}): Scenario => ({
  title,
  input: input as never,
  answers: {
    'Mail the approvers': {},
    'Wait for approval': decision(true) as never,
    'Make the job': job('New', 'open'),
    'Look at the job': job('Complete', 'complete'),
    'Archive its reports': archived(0),
    'Put the order on record': recorded,
    ...more,
  },
  ends,
});

export const snowball: Workflow = {
  scenarios: [
    scenario('both devices come through', 'succeeded'),
    scenario('a job is looked at until it is over', 'succeeded', {
      'Look at the job': (_input, { call }) => (call < 5 ? job('WithCustomer', 'open') : job('Complete', 'complete')),
    }),
    scenario('a declined order makes no job', 'succeeded', {
      'Wait for approval': decision(false) as never,
      'Make the job': { Payload: {} },
    }),
    scenario('a cancelled job fails the order after everything else', 'DevicesFailed', {
      'Look at the job': job('Cancelled', 'cancelled'),
    }),
    scenario('objects that did not come in fail the order', 'ObjectsFailed', { 'Archive its reports': archived(3) }),
  ],
};
