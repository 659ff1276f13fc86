import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from '@jest/globals';
import { alarms } from '../../protocol/alarms.ts';
import { SEALINGS } from '../../protocol/sealing.ts';
import { ArrivalsEnv, RegisterEnv, SweeperEnv, TransformerEnv } from '../../protocol/env.ts';
import { Ledger } from '../../protocol/ledger.ts';
import { placeNames, placesPath } from '../../protocol/places.ts';
import { backfillConcurrency, reservedMemoryMiB } from '../../lib/ingest/fargate-size.ts';
import { Environment } from '../../protocol/estate.ts';
import { environments, resourcesOf, template } from './support/assembly.ts';

const ingest = template('prod', 'ingest');

describe('the ledger', () => {
  it('has the keys and the sparse index of the protocol, restores to any second and cannot be deleted', () => {
    ingest.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: Ledger.partitionKey, KeyType: 'HASH' },
        { AttributeName: Ledger.sortKey, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        Match.objectLike({
          IndexName: Ledger.openIndex,
          KeySchema: [
            { AttributeName: Ledger.openPartitionKey, KeyType: 'HASH' },
            { AttributeName: Ledger.openSortKey, KeyType: 'RANGE' },
          ],
        }),
      ],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: Match.objectLike({ SSEEnabled: true, SSEType: 'KMS' }),
      TimeToLiveSpecification: Match.absent(),
    });
  });

  it('can be deleted where data goes with the stacks', () => {
    template('local', 'ingest').hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
  });
});

describe('queues of events', () => {
  const queues = [...resourcesOf('prod', 'AWS::SQS::Queue').values()];

  it('and their dead-letter queues keep events for 14 days, encrypted', () => {
    expect(queues.map((q) => q.Properties?.['MessageRetentionPeriod'])).toEqual([1209600, 1209600, 1209600, 1209600]);
    expect(queues.every((q) => q.Properties?.['KmsMasterKeyId'])).toBe(true);
  });

  it('hides an event for six times as long as the function may take', () => {
    const visibility = queues.map((q) => q.Properties?.['VisibilityTimeout']).find((v) => typeof v === 'number');
    const [arrivals] = [...resourcesOf('prod', 'AWS::Lambda::Function')].filter(([id]) => id.includes('/arrivals'));

    expect(visibility).toBe(6 * Number(arrivals?.[1].Properties?.['Timeout']));
  });

  it('gets what is created in and deleted from the raw bucket', () => {
    ingest.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ source: ['aws.s3'], 'detail-type': ['Object Created', 'Object Deleted'] }),
    });
  });

  it.each([
    ['prod', 20],
    ['dev', 1], // gatherSec 0: Lambda takes no window below a second for such batches.
  ] as const)('is emptied in %s in batches that gather for %d s, with partial failures', (environment, seconds) => {
    template(environment, 'ingest').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: seconds,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });
});

describe('the functions', () => {
  const functions = new Map(
    [...resourcesOf('prod', 'AWS::Lambda::Function')].map(([id, f]) => [id.split('/')[2] ?? '', f]),
  );
  const variables = (prefix: string): string[] => {
    const [, f] = [...functions].find(([id]) => id.startsWith(prefix)) ?? [];
    const { Variables } = f?.Properties?.['Environment'] as { Variables: Record<string, unknown> };
    return Object.keys(Variables).filter((name) => name !== 'NODE_OPTIONS' && name !== SEALINGS);
  };

  it.each([
    ['arrivals', ArrivalsEnv],
    ['sweeper', SweeperEnv],
    ['register', RegisterEnv],
  ])('%s gets exactly the variables that its program reads', (prefix, names) => {
    expect(variables(prefix).sort()).toEqual(Object.values(names).sort());
  });

  it('run on Node 24, are traced and write to a log of their own', () => {
    for (const f of functions.values()) {
      expect(f.Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogGroup: expect.anything() as unknown },
      });
    }
    expect(functions.size).toBeGreaterThanOrEqual(3);
  });

  it('sweep every minute', () => {
    ingest.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  });
});

describe('the transformer task', () => {
  it('has a read-only root, no root user, an init process, and time to give its claim back', () => {
    ingest.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({
          ReadonlyRootFilesystem: true,
          User: '1000:1000',
          StopTimeout: 30,
          LinuxParameters: Match.objectLike({ InitProcessEnabled: true }),
          MountPoints: [{ ContainerPath: '/work', ReadOnly: false, SourceVolume: 'scratch' }],
        }),
      ],
    });
  });

  it('is as large as the estate file says', () => {
    template('dev', 'ingest').hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '4096',
      Memory: '16384',
      EphemeralStorage: { SizeInGiB: 200 },
    });
  });

  it('gets exactly the variables that its program reads', () => {
    const [task] = resourcesOf('prod', 'AWS::ECS::TaskDefinition').values();
    const [container] = task?.Properties?.['ContainerDefinitions'] as { Environment: { Name: string }[] }[];

    expect(container?.Environment.map((e) => e.Name).sort()).toEqual(
      [...Object.values(TransformerEnv), SEALINGS].sort(),
    );
  });

  const environment = (task: object, kind = 'dev') => Environment.parse({ kind, account: '111111111111', task });

  it('is refused in a size that Fargate does not sell, with the entry, the value and what is allowed', () => {
    expect(() => reservedMemoryMiB('dev', environment({ vcpu: 2, memoryGiB: 64 }))).toThrow(
      'environments.dev.task.memoryGiB: 64 GiB do not go with 2 vCPU on Fargate; take 4 to 16 in steps of 1',
    );
  });

  it('is rounded up to such a size where tasks are processes', () => {
    expect(reservedMemoryMiB('local', environment({ vcpu: 8, memoryGiB: 17 }, 'local'))).toBe(20 * 1024);
  });

  it('runs at least once, however small the quota', () => {
    expect(backfillConcurrency(environment({ vcpu: 16, memoryGiB: 32 }))).toBe(1);
  });
});

describe('alarms', () => {
  it('of protocol/alarms.ts are all there in some environment, and no others', () => {
    const found = environments.flatMap((name) => [...resourcesOf(name, 'AWS::CloudWatch::Alarm').values()]);
    const ids = found.map(
      (a) => /docs\/runbook\.md#([a-z-]+)$/.exec(String(a.Properties?.['AlarmDescription']))?.[1] ?? 'none',
    );

    expect([...new Set(ids)].sort()).toEqual(Object.keys(alarms).sort());
  });

  it.each(environments)('are named, described, and told to the topic in %s', (name) => {
    const found = [...resourcesOf(name, 'AWS::CloudWatch::Alarm').values()].map((a) => a.Properties ?? {});

    expect(found.length).toBeGreaterThan(10);
    for (const a of found) {
      expect(a).toMatchObject({ AlarmActions: [expect.anything()], TreatMissingData: expect.any(String) as unknown });
      expect(String(a['AlarmName'])).toMatch(new RegExp(`^bpc-${name}-[a-z0-9-]+$`));
    }
  });

  it('sound when the sweeper falls silent', () => {
    ingest.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'bpc-prod-sweeper-silent',
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
    });
  });
});

describe('places', () => {
  it.each(environments)('are all published in %s, where the CLI looks for them', (name) => {
    const published = [...resourcesOf(name, 'AWS::SSM::Parameter').values()]
      .map((p) => String(p.Properties?.['Name']).replace(`${placesPath('bpc', name)}/`, ''))
      .filter((place) => !place.includes('/')); // Those below are there only where the estate has agents or tasks.

    expect(published.sort()).toEqual([...placeNames].sort());
  });
});
