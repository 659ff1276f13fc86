import { describe, expect, test } from '@jest/globals';
import { MalformedEventError, readEvent } from '../../../../lambda/arrivals/event.ts';
import { Contract } from '../../../../protocol/contract.ts';
import { compileContracts } from '../../../../runtime/contracts.ts';

const contract = Contract.parse({ format: 'csv', columns: [{ name: 'id' }] });
const compiled = compileContracts({
  estate: 'test',
  environments: {},
  sources: { lab: { kind: 'folder' } },
  datasets: { assays: { source: 'lab', contract } },
});
const event = (object: object, more: object = {}, detail: object = {}) =>
  JSON.stringify({
    'detail-type': 'Object Created',
    time: '2026-11-20T10:00:00Z',
    detail: {
      bucket: { name: 'raw' },
      object: { key: 'lab/assays/a.csv', size: 3, 'version-id': 'v', sequencer: '0A', ...object },
      ...detail,
    },
    ...more,
  });
const read = (body: string) => readEvent(body, 'raw', compiled, new Date('2026-11-20T10:00:09Z'));

describe('an event', () => {
  test('is the row of its version, with padded sequencer and time in milliseconds', () => {
    expect(read(event({ etag: 'e' })).row).toEqual({
      object: 'raw/lab/assays/a.csv',
      version: 'v',
      dataset: 'assays',
      state: 'arrived',
      size: 3,
      etag: 'e',
      sequencer: '0A'.padStart(64, '0'),
      at: '2026-11-20T10:00:00.000Z',
      since: '2026-11-20T10:00:09.000Z',
    });
  });

  test.each(['a+b', 'a%20b', 'a b', 'a//b', 'a/', 'ü'])('keeps the key %s as it is', (path) => {
    expect(read(event({ key: `lab/assays/${path}` })).row.object).toBe(`raw/lab/assays/${path}`);
  });

  test('of a delete marker has no bytes and says so', () => {
    const body = event(
      { size: undefined },
      { 'detail-type': 'Object Deleted' },
      { 'deletion-type': 'Delete Marker Created' },
    );

    expect(read(body)).toMatchObject({ gone: false, row: { marker: true, size: 0, state: 'arrived' } });
  });

  test('of a version removed for good is gone', () => {
    const body = event({}, { 'detail-type': 'Object Deleted' }, { 'deletion-type': 'Permanently Deleted' });

    expect(read(body)).toMatchObject({ gone: true, row: { state: 'deleted' } });
  });

  test('of a key that no contract takes is unclassified', () => {
    expect(read(event({ key: 'lab/other/a.csv' })).row).toMatchObject({ dataset: '-', state: 'unclassified' });
  });

  test.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['no key', event({ key: '' })],
    ['a negative size', event({ size: -1 })],
    ['another kind', event({}, { 'detail-type': 'Object Tags Added' })],
    ['another bucket', event({}, {}, { bucket: { name: 'other' } })],
    ['no time', event({}, { time: 'yesterday' })],
  ])('that is malformed (%s) is refused', (_, body) => {
    expect(() => read(body)).toThrow(MalformedEventError);
  });
});
