import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from '@jest/globals';
import { environments, resourcesOf, template } from './support/assembly.ts';

const all = (environment: 'local' | 'dev' | 'prod') => [...resourcesOf(environment, 'AWS::S3::Bucket')];
const buckets = (environment: 'local' | 'dev' | 'prod') => all(environment).filter(([id]) => id.includes('/storage/'));
const data = (environment: 'local' | 'dev' | 'prod') =>
  buckets(environment).filter(([id]) => !id.includes('/accesslogs'));
const property = (bucket: typeof buckets extends (e: never) => (infer B)[] ? B : never, name: string): unknown =>
  bucket[1].Properties?.[name];

describe('the buckets', () => {
  it.each(environments)('are private in %s', (environment) => {
    const blocked = all(environment).map((b) => property(b, 'PublicAccessBlockConfiguration'));

    for (const b of blocked) {
      expect(b).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
  });

  it.each(environments)('encrypt with the data key through bucket keys in %s', (environment) => {
    const rules = data(environment).map((b) => property(b, 'BucketEncryption'));

    expect(rules).toHaveLength(5);
    for (const r of rules) {
      expect(r).toMatchObject({
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      });
    }
  });

  it.each(environments)('keep versions and log accesses in %s', (environment) => {
    const kept = data(environment).map((b) => [
      property(b, 'VersioningConfiguration'),
      property(b, 'LoggingConfiguration'),
    ]);

    for (const k of kept)
      expect(k).toEqual([
        { Status: 'Enabled' },
        expect.objectContaining({ LogFilePrefix: expect.any(String) as unknown }),
      ]);
  });

  it.each(environments)('send the events of raw alone to EventBridge in %s', (environment) => {
    const sending = buckets(environment).filter((b) => property(b, 'NotificationConfiguration'));

    expect(sending.map(([id]) => id)).toEqual([expect.stringMatching(/\/raw/)]);
  });

  it.each(environments)('never let an object of raw expire in %s', (environment) => {
    const raw = buckets(environment).filter(([id]) => id.includes('/storage/raw'));

    expect(raw.map((b) => property(b, 'LifecycleConfiguration'))).toEqual([
      {
        Rules: [
          { Id: 'abandoned-uploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
        ],
      },
    ]);
  });

  it('let only answers and replaced versions expire in work', () => {
    const [work] = buckets('prod').filter(([id]) => id.includes('/storage/work'));
    const { Rules } = work?.[1].Properties?.['LifecycleConfiguration'] as { Rules: Record<string, unknown>[] };

    expect(Rules.filter((r) => r['ExpirationInDays']).map((r) => r['Prefix'])).toEqual(['athena/', 'map-runs/']);
  });

  it('lock evidence in prod for the stated years, so that nobody can remove it', () => {
    template('prod', 'storage').hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 3650 } } },
    });
  });

  it.each(['local', 'dev'] as const)('lock evidence in %s, but let an administrator remove it', (environment) => {
    template(environment, 'storage').hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockConfiguration: { Rule: { DefaultRetention: Match.objectLike({ Mode: 'GOVERNANCE' }) } },
    });
  });
});
