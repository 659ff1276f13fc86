import { expect, test } from '@jest/globals';
import { alarmOf } from '../../../../runtime/status/alarms.ts';

test.each([
  ['ingest-failed', { id: 'ingest-failed', about: undefined }],
  ['ingest-failed-site-1', { id: 'ingest-failed', about: 'site-1' }],
  ['2-ingest-failed', undefined],
  ['ingest-failedness', undefined],
])('the alarm %s of an environment is %j', (name, alarm) => {
  expect(alarmOf(name)).toEqual(alarm);
});
