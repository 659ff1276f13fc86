import { expect, test } from '@jest/globals';
import { dialectOf } from '../../../../../containers/transformer/formats/csv/dialect.ts';
import { RecordSplitter } from '../../../../../containers/transformer/formats/csv/records.ts';

const MiB = 1024 ** 2;

test.each([
  ['line', Buffer.from('a,')],
  ['unterminated quote', Buffer.from('a,"')],
])('a 60 MB %s above the limit is not held in memory, and its length is known', (_what, start) => {
  const found: unknown[] = [];
  const splitter = new RecordSplitter(
    { ...dialectOf('csv', {}), maxRecordBytes: MiB },
    (r) => void found.push([r.offset, r.length, r.bytes?.length]),
  );
  const chunk = Buffer.alloc(MiB, 'x');
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;

  splitter.push(start);
  for (let i = 0; i < 60; i++) {
    splitter.push(chunk);
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }
  splitter.end();

  expect(found).toEqual([[0, 60 * MiB + start.length, undefined]]);
  expect(most - before).toBeLessThan(20 * MiB);
});
