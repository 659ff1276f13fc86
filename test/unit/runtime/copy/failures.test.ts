import { describe, expect, it } from '@jest/globals';
import type { MovingWay } from '../../../../protocol/copy.ts';
import { isTransient, nextOf } from '../../../../runtime/copy/failures.ts';

describe('an object that failed', () => {
  it.each<[string, string, MovingWay, string]>([
    ['NoSuchKey', '', 'batch', 'gone'],
    ['404', '', 'parts', 'gone'],
    ['InvalidObjectState', '', 'batch', 'restore'],
    ['InvalidRequest', 'The specified copy source is larger than the maximum allowable size', 'batch', 'parts'],
    ['EntityTooLarge', '', 'single', 'parts'],
    ['InvalidRequest', 'The object was stored using a form of Server Side Encryption.', 'batch', 'refused'],
    ['AccessDenied', '', 'batch', 'batch'],
    ['InternalError', '', 'single', 'single'],
    ['PreconditionFailed', '', 'parts', 'parts'],
  ])('with %s (%s) on way %s goes on as %s', (code, message, way, next) => {
    expect(nextOf({ code, message }, way, { batchPrefix: 'partner' })).toBe(next);
  });

  it.each([
    ['InternalError', true],
    ['SlowDown', true],
    ['503', true],
    ['NotRun', true],
    ['AccessDenied', false],
    ['403', false],
    ['PreconditionFailed', false],
  ])('with %s is tried again by the run itself: %s', (code, again) => {
    expect(isTransient({ code, message: '' })).toBe(again);
  });
});
