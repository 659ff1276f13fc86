/** Bandwidth follows the hour, and never runs ahead of it. */
import { describe, expect, test } from '@jest/globals';
import { limitAt } from '../../../../lambda/transfer-watch/pace.ts';

const day = { mbps: 800, hours: { from: 8, to: 18, mbps: 80 } };
const night = { mbps: 80, hours: { from: 22, to: 6, mbps: 0 } };
const at = (time: string): Date => new Date(`2026-11-20T${time}:00Z`);

describe('a limit by day', () => {
  test.each([
    ['07:30', 100_000_000],
    ['08:00', 10_000_000],
    ['12:00', 10_000_000],
    ['17:59', 10_000_000],
    ['18:00', 100_000_000],
  ])('is, at %s, %i bytes per second', (time, limit) => {
    expect(limitAt(day, at(time))).toBe(limit);
  });

  test('begins one look before its hour, so that no minute of it runs faster', () => {
    expect([limitAt(day, at('07:53')), limitAt(day, at('07:55'))]).toEqual([100_000_000, 10_000_000]);
  });
});

describe('a limit that is lifted at night', () => {
  test.each([
    ['21:59', 10_000_000],
    ['22:00', -1],
    ['00:00', -1],
    ['05:53', -1],
    ['05:55', 10_000_000],
    ['06:00', 10_000_000],
  ])('is, at %s, %i bytes per second', (time, limit) => {
    expect(limitAt(night, at(time))).toBe(limit);
  });
});

test('a limit without hours is the same at every hour', () => {
  expect(['00:00', '12:00'].map((time) => limitAt({ mbps: 8 }, at(time)))).toEqual([1_000_000, 1_000_000]);
});
