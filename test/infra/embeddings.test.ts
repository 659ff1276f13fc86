/** What the embedding stack promises beside what holds for every stack. */
import { describe, expect, it } from '@jest/globals';
import { shippedBundle } from '../../bin/assets.ts';
import { EmbedArgs, vectorIndexName } from '../../protocol/embeddings.ts';
import { arnOf } from './support/access.ts';
import { resourcesOf, type EnvironmentName } from './support/assembly.ts';
import { resolve } from './support/resolve.ts';

const { index: bundle } = shippedBundle('chemberta-mtr-mini', 'decant.yaml');

function all(environment: EnvironmentName, type: string): Record<string, unknown>[] {
  return [...resourcesOf(environment, type)]
    .filter(([id]) => id.includes('/embeddings/'))
    .map(([id, r]) => resolve(id.split('/').slice(0, 2).join('/'), r.Properties ?? {}) as Record<string, unknown>);
}
const named = (environment: EnvironmentName, type: string, name: string): Record<string, unknown> => {
  const found = all(environment, type).find((r) => r['Name'] === name || r['IndexName'] === name);
  if (!found) throw new Error(`no ${type} ${name}`);
  return found;
};
const job = (sensitivity: string) => named('prod', 'AWS::Glue::Job', `bpc-prod-embed-${sensitivity}`);
const keyOf = (sensitivity: string): string =>
  arnOf('prod', 'AWS::KMS::Key', sensitivity === 'personal' ? 'personalkey' : 'datakey');

/** The states of the embed workflow. */
function states(environment: EnvironmentName): Record<string, object> {
  const machines = all(environment, 'AWS::StepFunctions::StateMachine');
  const embed = machines.find((m) => String(m['StateMachineName']).endsWith('-embed'));
  return (JSON.parse(String(embed?.['DefinitionString'])) as { States: Record<string, object> }).States;
}

describe('the jobs that embed', () => {
  it('are one for each class of datasets with molecules', () => {
    expect(all('prod', 'AWS::Glue::Job').map((j) => j['Name'])).toEqual([
      'bpc-prod-embed-internal',
      'bpc-prod-embed-personal',
    ]);
  });

  it.each(['internal', 'personal'])('of %s data write with the key of that class', (sensitivity) => {
    const { EncryptionConfiguration: e } = named(
      'prod',
      'AWS::Glue::SecurityConfiguration',
      job(sensitivity)['SecurityConfiguration'] as string,
    ) as { EncryptionConfiguration: { S3Encryptions: unknown[] } };

    expect(e.S3Encryptions).toEqual([{ S3EncryptionMode: 'SSE-KMS', KmsKeyArn: keyOf(sensitivity) }]);
  });

  it('are told every argument, by default or by the workflow', () => {
    const defaults = Object.keys(job('internal')['DefaultArguments'] as object);
    const [machine] = all('prod', 'AWS::StepFunctions::StateMachine').map((m) => String(m['DefinitionString']));
    const told = [...(machine ?? '').matchAll(/"--(\w+)\.\$"/g)].map((m) => m[1]);

    expect([...told, ...defaults.map((d) => d.slice(2))]).toEqual(expect.arrayContaining(Object.values(EmbedArgs)));
  });

  it('install their wheels from the work bucket alone', () => {
    expect(job('internal')['DefaultArguments']).toMatchObject({
      '--additional-python-modules': expect.stringMatching(/^s3:\/\/.*\/jobs\/[0-9a-f]{64}\/decant\.gluewheels\.zip$/),
      '--python-modules-installer-option': '--no-index',
    });
  });

  it('run on Glue 5.1 within the network, are ended after eight hours, and never try again by themselves', () => {
    expect(job('internal')).toMatchObject({
      GlueVersion: '5.1',
      MaxRetries: 0,
      Timeout: 480,
      Connections: { Connections: ['bpc-prod-embed'] },
    });
  });

  it('write fingerprints where the estate says so', () => {
    expect(job('internal')['DefaultArguments']).toMatchObject({ '--fingerprints': 'morgan', '--dtype': 'fp32' });
  });
});

describe('vectors', () => {
  it.each(['internal', 'personal'] as const)(
    'of %s data have an index of their own, with the key of the class',
    (sensitivity) => {
      expect(named('prod', 'AWS::S3Vectors::Index', vectorIndexName(bundle, sensitivity))).toMatchObject({
        Dimension: bundle.dimension,
        DistanceMetric: 'cosine',
        DataType: 'float32',
        EncryptionConfiguration: { SseType: 'aws:kms', KmsKeyArn: keyOf(sensitivity) },
        MetadataConfiguration: { NonFilterableMetadataKeys: ['canonical_smiles', 'inchikey'] },
      });
    },
  );

  it('outlive their stack in prod', () => {
    const policies = ['AWS::S3Vectors::Index', 'AWS::S3Vectors::VectorBucket'].flatMap((type) =>
      [...resourcesOf('prod', type).values()].map((r) => r.DeletionPolicy),
    );

    expect(policies).toEqual(['Retain', 'Retain', 'Retain']);
  });

  it('need no S3 Vectors on an embedded AWS', () => {
    expect([...resourcesOf('local', 'AWS::S3Vectors::VectorBucket')]).toEqual([]);
  });
});

describe('updates of datasets', () => {
  it('reach the queue for datasets with molecules only', () => {
    const [rule] = all('prod', 'AWS::Events::Rule').filter((r) => r['EventPattern'] !== undefined);

    expect(rule?.['EventPattern']).toMatchObject({ detail: { dataset: ['archive', 'patients'] } });
  });

  it.each([
    ['prod', 300],
    ['local', 0],
  ] as const)('are gathered in %s for %i seconds', (environment, seconds) => {
    const delays = all(environment, 'AWS::SQS::Queue').map((q) => q['DelaySeconds'] ?? 0);

    expect(delays).toContain(seconds);
  });
});

describe('publishing', () => {
  const task = all('prod', 'AWS::ECS::TaskDefinition').find((t) => String(t['Family']).endsWith('-publish'));
  const [container] = (task?.['ContainerDefinitions'] ?? []) as { Environment: { Name: string; Value: string }[] }[];

  it('is told what the estate says, and no password', () => {
    const told = container?.Environment.find((e) => e.Name === 'PUBLISH')?.Value ?? '{}';

    expect(JSON.parse(told)).toMatchObject({
      database: { host: 'db.example.com', port: 5432, secret: 'research/decant-writer', tls: 'verify' },
      files: ['csv', 'parquet'],
      sensitivities: ['internal'],
    });
  });

  it('comes after the vectors and before the run is remembered', () => {
    expect(states('prod')).toMatchObject({
      'Bring the vectors up to date': { Next: 'Publish rows and files' },
      'Publish rows and files': { Next: 'Remember what is embedded' },
    });
  });

  it('is no step where the estate names no place', () => {
    expect(Object.keys(states('dev'))).not.toContain('Publish rows and files');
  });
});

describe('the daily look', () => {
  it('alarms at the limits of the estate', () => {
    const limits = all('prod', 'AWS::CloudWatch::Alarm')
      .filter((a) => /Share$|Shift$/.test(String(a['MetricName'])))
      .map((a) => [a['MetricName'], a['Threshold']]);

    expect(Object.fromEntries(limits)).toEqual({
      InvalidShare: 0.05,
      OutOfDomainShare: 0.25,
      TokenShift: 1,
      PredictionShift: 1,
    });
  });

  it('knows the distribution of the bundle’s card', () => {
    const task = all('prod', 'AWS::ECS::TaskDefinition').find((t) => String(t['Family']).endsWith('-drift'));
    const [looks] = (task?.['ContainerDefinitions'] ?? []) as { Environment: { Name: string; Value: string }[] }[];
    const told = looks?.Environment.find((e) => e.Name === 'DISTRIBUTION')?.Value ?? '{}';

    expect(Object.keys((JSON.parse(told) as { predictions: object }).predictions)).toContain('solubility');
  });
});

describe('a role outside the app that the estate names', () => {
  const policy = all('prod', 'AWS::IAM::Policy').find((p) => JSON.stringify(p['Roles']) === '["emr-chemistry"]');
  const statements = (policy?.['PolicyDocument'] as { Statement: { Action: string | string[]; Resource: unknown }[] })
    .Statement;
  const actions = statements.flatMap((s) => s.Action);

  it('reads, and does nothing else', () => {
    expect(actions.length).toBeGreaterThan(5);
    expect(actions.filter((a) => !/^(s3:(Get|List)|glue:Get|kms:Decrypt)/.test(a))).toEqual([]);
  });

  it('reads bundle, job files and embeddings of open classes', () => {
    const objects = statements
      .filter((s) => [s.Action].flat().includes('s3:GetObject'))
      .flatMap((s) => [s.Resource].flat());

    expect(objects.map((o) => String(o).replace(/^arn:aws:s3:::[^/]+\//, '')).sort()).toEqual(
      [
        ...[`bundles/${bundle.hash}/*`, 'jobs/*/*'],
        ...['embeddings', 'molecules', 'predictions'].flatMap((t) =>
          ['internal', 'public'].map((s) => `${t}/bundle=*/sensitivity=${s}/*.parquet`),
        ),
      ].sort(),
    );
  });
});
