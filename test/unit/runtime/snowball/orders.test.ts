import { describe, expect, test } from '@jest/globals';
import { orderExecution, parseOrderExecution } from '../../../../protocol/snowball.ts';
import { endOf, nextOrder, orderInput, snowballMachine, type Order } from '../../../../runtime/snowball/orders.ts';

const latest = (status: string): Order => ({
  dataset: 'archive',
  number: 2,
  attempt: 3,
  execution: 'archive-2-3',
  status,
  startedAt: '2026-11-21T00:00:00Z',
});
const name = (number: number, attempt: number) => ({ dataset: 'archive', number, attempt });

describe('ordering a dataset', () => {
  test('for the first time starts its first order', () => {
    expect(nextOrder('archive', undefined, 'unfinished', false)).toEqual({ kind: 'start', name: name(1, 1) });
  });

  test.each([
    ['that runs is that order', 'RUNNING', 'unfinished', true, { kind: 'open', name: latest('RUNNING') }],
    ['that failed is its next attempt', 'FAILED', 'unfinished', false, { kind: 'start', name: name(2, 4) }],
    [
      'that failed is its next attempt, also when asked again',
      'TIMED_OUT',
      'unfinished',
      true,
      { kind: 'start', name: name(2, 4) },
    ],
    ['that was declined is a new one', 'SUCCEEDED', 'declined', false, { kind: 'start', name: name(3, 1) }],
    ['that was imported is nothing', 'SUCCEEDED', 'imported', false, { kind: 'done', name: latest('SUCCEEDED') }],
    [
      'that was imported is a new one when asked again',
      'FAILED',
      'imported',
      true,
      { kind: 'start', name: name(3, 1) },
    ],
  ] as const)('%s', (_title, status, end, again, next) => {
    expect(nextOrder('archive', latest(status), end, again)).toEqual(next);
  });
});

describe('an order that is over', () => {
  test.each([
    ['SUCCEEDED', { output: { approved: false }, error: '' }, 'declined'],
    ['SUCCEEDED', { output: { devices: 1 }, error: '' }, 'imported'],
    ['FAILED', { output: {}, error: 'ObjectsFailed: 2 objects' }, 'imported'],
    ['FAILED', { output: {}, error: 'DevicesFailed: 1 of 2' }, 'unfinished'],
    ['FAILED', { output: {}, error: 'States.Timeout: ' }, 'unfinished'],
  ] as const)('%s with %j is %s', (status, end, expected) => {
    expect(endOf(status, end)).toBe(expected);
  });
});

test('the name of an execution says dataset, order and attempt, also where the dataset has digits', () => {
  const of = { dataset: 'scans-2019-1', number: 12, attempt: 3 };

  expect(orderExecution(of)).toBe('scans-2019-1-12-3');
  expect(parseOrderExecution('scans-2019-1-12-3')).toEqual(of);
});

test('the workflow is in the account and Region of the ingest workflow', () => {
  const ingest = 'arn:aws:states:eu-central-1:222222222222:stateMachine:bpc-prod-ingest';

  expect(snowballMachine(ingest, 'bpc', 'prod')).toBe(
    'arn:aws:states:eu-central-1:222222222222:stateMachine:bpc-prod-snowball',
  );
});

describe('the mail to approvers', () => {
  const input = orderInput({
    estate: 'bpc',
    environment: 'prod',
    name: { dataset: `d${'x'.repeat(39)}`, number: 1, attempt: 1 },
    devices: 3,
    days: 81.6,
    requestedBy: 'anna',
  });

  test('has a subject that SNS takes', () => {
    expect(input.mail.subject.length).toBeLessThanOrEqual(100);
    expect(input.mail.subject).toMatch(/^[\x20-\x7e]+$/);
  });

  test('says how many, how long, who asks, and both commands', () => {
    expect(input.mail.text).toMatch(/anna orders 3 Snowball devices.*about 82 days/s);
    expect(input.mail.text.match(/npx decant snowball (approve|decline) \S+-1-1 --env prod/g)).toHaveLength(2);
  });

  test('goes with one entry a device', () => {
    expect([input.of, input.devices]).toEqual([3, [{ device: 1 }, { device: 2 }, { device: 3 }]]);
  });
});
