import { describe, expect, jest, test } from '@jest/globals';
import { SnowballClient } from '@aws-sdk/client-snowball';
import { jobDescription, parseJobDescription } from '../../../../protocol/snowball.ts';
import { ensureJob, look, type JobOrder } from '../../../../runtime/snowball/jobs.ts';

const DAY = 86_400_000;
const now = new Date('2026-11-21T00:00:00Z');
const ago = (days: number): Date => new Date(now.getTime() - days * DAY);
const job = (JobState: string, age = 1) => ({ JobId: 'JID', JobState: JobState as 'New', CreationDate: ago(age) });

describe('a look at a job', () => {
  test('keeps the time at which a state was first seen, and takes a new one with a new state', () => {
    const before = { state: 'WithCustomer', since: ago(3).toISOString() };

    expect(look(job('WithCustomer'), before, now, 60).record.since).toBe(before.since);
    expect(look(job('InTransitToAWS'), before, now, 60).record.since).toBe(now.toISOString());
  });

  test.each([
    ['Complete', 1, 'complete'],
    ['Cancelled', 1, 'cancelled'],
    ['WithCustomer', 359, 'open'],
    ['WithCustomer', 361, 'expired'],
    ['Complete', 361, 'complete'],
  ])('%s after %i days is %s', (state, age, outcome) => {
    expect(look(job(state, age), undefined, now, 60).record.outcome).toBe(outcome);
  });

  test.each([
    ['WithAWS', 2, false],
    ['WithAWS', 4, true],
    ['WithCustomer', 29, false],
    ['WithCustomer', 31, true],
  ])('%s for %i days is stuck: %s', (state, days, stuck) => {
    expect(look(job(state, 90), { state, since: ago(days).toISOString() }, now, 60).stuck).toBe(stuck);
  });
});

describe('a job', () => {
  const order: JobOrder = {
    name: { estate: 'bpc', environment: 'prod', order: 'archive-1', device: 1, of: 2 },
    device: 'V3_5S',
    shipping: 'EXPRESS',
    rawBucket: 'raw',
    kmsKey: 'arn:aws:kms:eu-central-1:222222222222:key/k',
    importRole: 'arn:aws:iam::222222222222:role/r',
    topic: 'arn:aws:sns:eu-central-1:222222222222:t',
    address: () => Promise.resolve('ADID'),
  };
  /** A client with jobs and a quota; answers what it was told to create. */
  const client = (jobs: object[], used = 0, limit = 1) => {
    const snowball = new SnowballClient({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const created: unknown[] = [];
    jest.spyOn(snowball, 'send').mockImplementation(((command: { constructor: { name: string }; input: unknown }) => {
      if (command.constructor.name === 'ListJobsCommand') return Promise.resolve({ JobListEntries: jobs });
      if (command.constructor.name === 'GetSnowballUsageCommand')
        return Promise.resolve({ SnowballsInUse: used, SnowballLimit: limit });
      created.push(command.input);
      return Promise.resolve({ JobId: 'JIDnew' });
    }) as never);
    return { snowball, created };
  };
  const named = (JobState: string, of = order.name) => ({ JobId: 'JIDold', JobState, Description: jobDescription(of) });

  test('is made once: an earlier call’s job is the job', async () => {
    const { snowball, created } = client([named('WithCustomer')]);

    expect([await ensureJob(snowball, order), created]).toEqual(['JIDold', []]);
  });

  test.each([
    ['was cancelled', named('Cancelled')],
    ['is another device’s', named('New', { ...order.name, device: 2 })],
    ['is another environment’s', named('New', { ...order.name, environment: 'dev' })],
  ])('is made anew when the one that there is %s', async (_why, known) => {
    const { snowball, created } = client([known]);

    expect(await ensureJob(snowball, order)).toBe('JIDnew');
    expect(created).toEqual([
      expect.objectContaining({
        JobType: 'IMPORT',
        Description: 'decant bpc prod archive-1 device 1 of 2',
        SnowballCapacityPreference: 'T240',
        Resources: { S3Resources: [{ BucketArn: 'arn:aws:s3:::raw' }] },
      }),
    ]);
  });

  test('waits for the quota under an error that the workflow knows', async () => {
    const { snowball, created } = client([], 1, 1);

    await expect(ensureJob(snowball, order)).rejects.toMatchObject({ name: 'DeviceQuotaReachedError' });
    expect(created).toEqual([]);
  });

  test('has a description that AWS takes, and that tells whose it is', () => {
    const text = jobDescription(order.name);

    expect(text).toMatch(/^[a-zA-Z0-9\s\-_.:]+$/);
    expect(parseJobDescription(text)).toEqual(order.name);
  });
});
