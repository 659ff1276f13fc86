import { expect, it } from '@jest/globals';
import { daysLeft } from '../../../../lambda/grants/days.ts';

it.each([
  ['2026-11-22T00:00:00Z', 1],
  ['2026-11-21T12:00:00Z', 0.5],
  ['2026-11-28T01:00:00+01:00', 7],
  ['2026-11-20T00:00:00Z', 0],
])('a leave until %s has %d days at midnight of the 21st', (until, days) => {
  expect(daysLeft(until, new Date('2026-11-21T00:00:00Z'))).toBe(days);
});
