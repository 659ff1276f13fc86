import { describe, expect, test } from '@jest/globals';
import { step, type SnowballWork } from '../../../../lambda/snowball/workflow.ts';

/** Every client is absent: a refusal must come before any call. */
const stranger = { existingCustomer: false } as SnowballWork;

describe('an account that was no Snowball customer', () => {
  test.each([
    { action: 'ask', execution: 'archive-1-1', token: 't', input: {} },
    { action: 'create', dataset: 'archive', order: 'archive-1', device: 1, of: 1 },
  ])('is refused at run time: $action', async (call) => {
    await expect(step(stranger, call as never)).rejects.toMatchObject({
      name: 'NotASnowballCustomerError',
      message: expect.stringMatching(/closed to new customers since 2025-11-07.*Data Transfer Terminal.*partner/s),
    });
  });
});

test('a dataset that does not travel by Snowball in the deployed estate gets no job', async () => {
  const work = { existingCustomer: true, importRoles: {} } as SnowballWork;

  await expect(
    step(work, { action: 'create', dataset: 'archive', order: 'archive-1', device: 1, of: 1 }),
  ).rejects.toThrow('dataset archive does not travel by Snowball in the deployed estate; deploy again');
});
