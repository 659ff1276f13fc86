import { describe, expect, test } from '@jest/globals';
import { planSnowball } from '../../../../runtime/snowball/plan.ts';

const snowball = { device: 'V3_5S', shipping: 'SECOND_DAY', deviceQuota: 1 } as const;
const plan = (gigabytes: number, objects = 1000, more: Partial<Parameters<typeof planSnowball>[1]> = {}) =>
  planSnowball({ dataset: 'archive', size: { objects, gigabytes } }, { ...snowball, ...more });

describe('devices', () => {
  test.each([
    [1, 'V3_5S', 1],
    [210_000, 'V3_5S', 1],
    [210_001, 'V3_5S', 2],
    [500_000, 'V3_5S', 3],
    [28_001, 'V3_5C', 2],
  ] as const)('%i GB take of %s: %i', (gigabytes, device, devices) => {
    expect(plan(gigabytes, 1000, { device }).devices).toBe(devices);
  });

  test('are as many as the estate asks for, when that is enough', () => {
    const asked = planSnowball({ dataset: 'archive', size: { objects: 1, gigabytes: 1 }, devices: 4 }, snowball);

    expect(asked.devices).toBe(4);
  });
});

describe('days', () => {
  test('of several devices are one after the other under the quota', () => {
    const one = plan(500_000);
    const two = plan(500_000, 1000, { deviceQuota: 2 });

    expect(one.days).toBeCloseTo(3 * one.daysPerDevice, 0);
    expect([two.atOnce, Math.abs(two.days - 2 * two.daysPerDevice) < 1]).toEqual([2, true]);
  });

  test('hold preparation, shipping both ways, copying twice and the days at AWS', () => {
    // 10 + 2 × 2 + 2 + 2 × (210e12 / 600e6 / 86,400) + 2 + 1
    expect(plan(210_000).daysPerDevice).toBeCloseTo(27.2, 1);
  });

  test('of 500 TB by line and terminal are those of their bandwidths at 80 %', () => {
    // aws.md: 57.9 days, 5.8 days, 13.9 hours.
    expect(plan(500_000).alternatives.map((a) => a.days)).toEqual([57.9, 5.8, 0.6]);
  });
});

describe('advice', () => {
  test('is to pack small files, with the number of archives', () => {
    expect(plan(1, 100_000).advice[0]).toMatch(/10 kB on the mean.*about 10 tar or zip.*snowball-auto-extract=true/s);
  });

  test('says nothing of archives for large files', () => {
    expect(plan(1000, 100).advice.join()).not.toContain('auto-extract');
  });
});
