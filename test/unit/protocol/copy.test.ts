import { describe, expect, it } from '@jest/globals';
import { copyRoleName, copyRoute, copyRoutes, rawKeyOf } from '../../../protocol/copy.ts';
import { bucketStatements, keyStatement } from '../../../protocol/copy-statements.ts';
import { Estate } from '../../../protocol/estate.ts';

const estate = (location: string, path?: string): Estate =>
  Estate.parse({
    estate: 'bpc',
    environments: { local: { kind: 'local' } },
    sources: { partner: { kind: 's3', location }, lab: { kind: 'folder' } },
    datasets: {
      assays: {
        source: 'partner',
        contract: { format: 'csv', columns: [{ name: 'a' }] },
        ...(path !== undefined && { transfer: { path } }),
      },
      notes: { source: 'lab', contract: { format: 'csv', columns: [{ name: 'a' }] } },
    },
  });

describe('the route of a dataset', () => {
  it.each([
    ['s3://b', undefined, 'assays/', 'partner'],
    ['s3://b', 'partner/assays', 'partner/assays/', ''],
    ['s3://b/partner', undefined, 'partner/assays/', ''],
    ['s3://b', '/', '', 'partner/assays'],
    ['s3://b/export', undefined, 'export/assays/', undefined],
    ['s3://b', 'says', 'says/', undefined],
    ['arn:aws:s3:::b-1/export/', '/run-7/', 'export/run-7/', undefined],
  ])('from %s with path %s takes off "%s" and fits a batch copy below %s', (location, path, taken, batch) => {
    const { sourcePrefix, batchPrefix } = copyRoute(estate(location.replace('s3://b', 's3://bucket'), path), 'assays');

    expect([sourcePrefix, batchPrefix]).toEqual([taken, batch]);
  });

  it('puts a key where a batch copy below its prefix would put it', () => {
    const route = copyRoute(estate('s3://bucket'), 'assays');

    expect(rawKeyOf(route, 'assays/2026/a.csv')).toBe(`${route.batchPrefix}/assays/2026/a.csv`);
  });

  it('is there for sources of kind s3 only', () => {
    expect(copyRoutes(estate('s3://bucket'), 'local').map((r) => r.dataset)).toEqual(['assays']);
  });

  it('is refused from another account without an end', () => {
    const open = estate('s3://bucket');
    Object.assign(open.sources['partner'] ?? {}, { account: '555555555555' });

    expect(() => copyRoute(open, 'assays')).toThrow('from account 555555555555 without an end: add grant');
  });

  it('is refused where the location is no bucket', () => {
    expect(() => copyRoute(estate('//share/x'), 'assays')).toThrow(RangeError);
  });
});

describe('the name of a copy’s role', () => {
  it('fits IAM, and differs where long names differ', () => {
    const names = ['a', 'b'].map((end) => copyRoleName('e'.repeat(40), 'prod', `${'s'.repeat(30)}${end}`));

    expect(names.map((n) => n.length)).toEqual([64, 64]);
    expect(new Set(names).size).toBe(2);
  });
});

describe('the statements of a leave', () => {
  const input = {
    source: 'partner-x',
    bucket: 'bucket',
    prefixes: ['export/'],
    roleArn: 'arn:aws:iam::111111111111:role/bpc-dev-copy-partner-x',
    until: '2027-01-31T00:00:00+01:00',
  };

  it('end in UTC on the day, all of them', () => {
    const all = [...bucketStatements(input), keyStatement({ ...input, region: 'us-east-1' })];

    expect(all.map((s) => s.Condition['DateLessThan'])).toEqual(
      all.map(() => ({ 'aws:CurrentTime': '2027-01-30T23:00:00Z' })),
    );
  });

  it('allow no more than reading and listing below the prefixes', () => {
    const [read, list] = bucketStatements(input);

    expect([read?.Resource, list?.Condition['StringLike']]).toEqual([
      ['arn:aws:s3:::bucket/export/*'],
      { 's3:prefix': ['export/*'] },
    ]);
  });

  it('have ids of letters and digits, which is all that S3 takes', () => {
    const ids = [...bucketStatements(input), keyStatement({ ...input, region: 'us-east-1' })].map((s) => s.Sid);

    expect(ids).toEqual(['DecantReadPartnerX', 'DecantListPartnerX', 'DecantDecryptPartnerX']);
  });
});
