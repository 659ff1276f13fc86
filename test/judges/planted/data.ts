/** Mistakes with what holds data. */
import { find, statements, type Edited, type Mistake } from './edit.ts';

const bucket = (t: Edited, prefix: string) => find(t, 'AWS::S3::Bucket', prefix).Properties;
const storage = 'prod/storage';
const ingest = 'prod/ingest';

export const dataMistakes: readonly Mistake[] = [
  {
    title: 'a bucket that may become public',
    stack: storage,
    make: (t) => delete bucket(t, 'transformed')['PublicAccessBlockConfiguration'],
    caughtBy: ['cdk-nag'],
  },
  {
    title: 'a bucket without versions',
    stack: storage,
    make: (t) => delete bucket(t, 'quarantine')['VersioningConfiguration'],
    caughtBy: ['cdk-nag'],
  },
  {
    title: 'a bucket that takes plain HTTP',
    stack: storage,
    make: (t) => {
      for (const r of Object.values(t.Resources)) {
        if (r.Type !== 'AWS::S3::BucketPolicy') continue;
        const kept = statements(r).filter((s) => s.Effect !== 'Deny');
        r.Properties['PolicyDocument'] = {
          Version: '2012-10-17',
          Statement: kept.length
            ? kept
            : [
                {
                  Effect: 'Allow',
                  Action: 's3:ListBucket',
                  Resource: 'arn:aws:s3:::x',
                  Principal: { AWS: 'arn:aws:iam::222222222222:root' },
                },
              ],
        };
      }
    },
    caughtBy: ['IAM simulation', 'cdk-nag'],
  },
  {
    title: 'a bucket encrypted with a key of S3’s, not of the estate’s',
    stack: storage,
    make: (t) =>
      (bucket(t, 'raw')['BucketEncryption'] = {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      }),
    caughtBy: ['cdk-nag'],
  },
  {
    title: 'a raw bucket that tells nobody of its objects',
    stack: storage,
    make: (t) => delete bucket(t, 'raw')['NotificationConfiguration'],
    caughtBy: ['own rules'],
  },
  {
    title: 'a lifecycle that ends raw objects',
    stack: storage,
    make: (t) =>
      (bucket(t, 'raw')['LifecycleConfiguration'] = {
        Rules: [{ Id: 'old', Status: 'Enabled', ExpirationInDays: 365 }],
      }),
    caughtBy: ['own rules'],
  },
  {
    title: 'evidence without a lock',
    stack: storage,
    make: (t) => {
      delete bucket(t, 'evidence')['ObjectLockConfiguration'];
    },
    caughtBy: ['own rules'],
  },
  {
    title: 'evidence that is no longer made for a lock',
    stack: storage,
    make: (t) => {
      delete bucket(t, 'evidence')['ObjectLockConfiguration'];
      delete bucket(t, 'evidence')['ObjectLockEnabled'];
    },
    caughtBy: ['diff gate', 'own rules'],
  },
  {
    title: 'a bucket that goes with its stack',
    stack: storage,
    make: (t) => (find(t, 'AWS::S3::Bucket', 'raw').DeletionPolicy = 'Delete'),
    caughtBy: ['diff gate'],
  },
  {
    title: 'a ledger with another key, which replaces it',
    stack: ingest,
    make: (t) => {
      const { Properties } = find(t, 'AWS::DynamoDB::Table', 'ledger');
      (Properties['KeySchema'] as { AttributeName: string }[])
        .reverse()
        .forEach((k, i) => Object.assign(k, { KeyType: i ? 'RANGE' : 'HASH' }));
    },
    caughtBy: ['diff gate'],
  },
  {
    title: 'a ledger that was moved into a construct, and so gets another logical id',
    stack: ingest,
    make: (t) => {
      const ledger = find(t, 'AWS::DynamoDB::Table', 'ledger');
      const [id] = Object.entries(t.Resources).find(([, r]) => r === ledger) ?? [''];
      const moved = JSON.parse(
        JSON.stringify(t.Resources).replaceAll(`"${id}"`, '"ingestledger00000000"'),
      ) as Edited['Resources'];
      for (const key of Object.keys(t.Resources)) delete t.Resources[key];
      Object.assign(t.Resources, moved);
    },
    caughtBy: ['frozen ids', 'diff gate'],
  },
  {
    title: 'a table that cannot go back in time',
    stack: ingest,
    make: (t) => delete find(t, 'AWS::DynamoDB::Table', 'ledger').Properties['PointInTimeRecoverySpecification'],
    caughtBy: ['own rules', 'cdk-nag'],
  },
  {
    title: 'a key that never rotates',
    stack: 'prod/security',
    make: (t) => (find(t, 'AWS::KMS::Key', 'datakey').Properties['EnableKeyRotation'] = false),
    caughtBy: ['own rules', 'cdk-nag'],
  },
  {
    title: 'a workgroup whose queries scan without end',
    stack: 'prod/catalog',
    make: (t) =>
      delete (find(t, 'AWS::Athena::WorkGroup').Properties['WorkGroupConfiguration'] as Record<string, unknown>)[
        'BytesScannedCutoffPerQuery'
      ],
    caughtBy: ['own rules'],
  },
  {
    title: 'a workgroup name that Athena refuses',
    stack: 'prod/catalog',
    make: (t) => (find(t, 'AWS::Athena::WorkGroup').Properties['Name'] = 'bpc prod'),
    caughtBy: ['own rules'],
  },
];
