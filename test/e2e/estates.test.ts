/** Whole estates deployed by the real CDK CLI: what is emulated and what stubbed, updates in place, and what a destroy leaves. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CreateAgentCommand, DataSyncClient } from '@aws-sdk/client-datasync';
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { clientConfig, s3Client } from '../../runtime/aws.ts';
import type { Places } from '../../protocol/places.ts';
import { App } from './app.ts';
import { SISTER_BUCKET, activationKeys, fullEstate, updatedEstate } from './estates/full.ts';
import { sixtyEstate } from './estates/sixty.ts';
import {
  buckets,
  destroy,
  keyState,
  outcomes,
  replaced,
  type Resource,
  resources,
  stacks,
  tables,
} from './estates/stacks.ts';

jest.setTimeout(600_000);

/**
 * What is deployed in name only: nothing answers for it. A type leaves the table when the embedded AWS learns it, and enters
 * it with a thought about which judge sees it instead.
 */
const STUBBED = [
  'AWS::CE::AnomalyMonitor',
  'AWS::CE::AnomalySubscription',
  'AWS::Chatbot::SlackChannelConfiguration',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::VPCCidrBlock',
  'AWS::LakeFormation::PrincipalPermissions',
  'AWS::LakeFormation::Resource',
  'AWS::Logs::QueryDefinition',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACLAssociation',
  'AWS::XRay::Group',
];
/** A task definition's change is a revision and a function's a version, resources of their own; a budget whose subscribers change is made anew. */
const REVISED = ['AWS::Budgets::Budget', 'AWS::ECS::TaskDefinition', 'AWS::Lambda::Version'];
/** More would leave no room under CloudFormation's 500. */
const MOST_RESOURCES = 400;

const names = (of: string): string[] => of.split(' ').map((name) => `e2e-local-${name}`);
const ALL = names('access catalog ingest network operations prediction security storage transfer');
/** Those of an estate whose `prediction` is left out. */
const WITHOUT_API = ALL.filter((name) => !name.endsWith('-prediction'));

let app: App;

const stubs = async (): Promise<Record<string, number>> =>
  (await app.json<{ report: { stubs: Record<string, number> } }>('local', 'status')).report.stubs;
const ofType = (all: readonly Resource[], type: string): string[] =>
  all.filter((r) => r.type === type).map((r) => r.physicalId);
const rawObject = async ({ rawBucket }: Places, key: string): Promise<string | undefined> => {
  const { Body } = await s3Client().send(new GetObjectCommand({ Bucket: rawBucket, Key: key }));
  return Body?.transformToString();
};

/** What is there before Decant is: the agents' machines, and the bucket of ours that a copy reads. */
const before = async (): Promise<void> => {
  const datasync = new DataSyncClient(clientConfig());
  for (const ActivationKey of Object.values(activationKeys))
    await datasync.send(new CreateAgentCommand({ ActivationKey }));
  await s3Client().send(new CreateBucketCommand({ Bucket: SISTER_BUCKET }));
};

beforeAll(async () => {
  app = await App.start('estates', fullEstate(), before);
});

afterAll(() => app.stop());

describe('an estate that uses every part of the schema', () => {
  test('deploys, all stacks of it', async () => {
    expect(await stacks()).toEqual(['CDKToolkit', ...ALL]);
  });

  test('is stubbed in the agreed types and no others, and decant local status lists them', async () => {
    const { out } = await app.must('local', 'status');

    expect(Object.keys(await stubs())).toEqual(STUBBED);
    for (const type of STUBBED) expect(out).toMatch(new RegExp(`^ +\\d+ ${type}$`, 'm'));
  });

  test('changes in no stack when it is deployed again', async () => {
    const known = await resources();

    await app.must('local', 'deploy');

    const told = await outcomes(app);
    expect(told).toHaveLength(ALL.length);
    for (const line of told) expect(line).toMatch(/\(no changes\)$/);
    expect(await resources()).toEqual(known);
  });
});

describe('an update in place: a dataset more, another schedule, one more person who is told of alarms', () => {
  let known: Resource[];
  let after: Resource[];
  beforeAll(async () => {
    await app.deliver('desk/patients/1.csv', 'patient,site\nanna,basel\nbert,bern\n');
    await app.settled('patients', ({ objects }) => objects.transformed === 1);
    known = await resources();
    await app.deploy(updatedEstate());
    after = await resources();
  });

  test('reaches the stacks of what changed', async () => {
    const changed = (await outcomes(app)).filter((line) => !line.includes('no changes'));

    for (const name of names('security transfer ingest')) expect(changed.join('\n')).toContain(name);
    expect(ofType(after, 'AWS::DataSync::Task')).toHaveLength(ofType(known, 'AWS::DataSync::Task').length + 1);
  });

  test('replaces nothing but revisions of tasks, and the budget that tells one more', () => {
    const other = replaced(known, after).map(({ type }) => type);

    expect([...new Set(other)].sort()).toEqual(REVISED);
  });

  test('keeps the data, raw and transformed, and what the ledger knows', async () => {
    expect(await rawObject(await app.places(), 'desk/patients/1.csv')).toMatch(/^patient,site\nanna/);
    expect(await app.query('select patient, site from patients order by patient')).toEqual([
      { patient: 'anna', site: 'basel' },
      { patient: 'bert', site: 'bern' },
    ]);
    expect(await app.status('patients')).toMatchObject({ objects: { transformed: 1 }, rowsOut: 2 });
  });

  test('takes the next object', async () => {
    await app.deliver('desk/patients/2.csv', 'patient,site\ncora,chur\n');

    expect(await app.settled('patients', ({ objects }) => objects.transformed === 2)).toMatchObject({ rowsOut: 3 });
  });
});

describe('destroyed where the estate lets data go with the stacks', () => {
  let places: Places;
  let known: Resource[];
  beforeAll(async () => {
    places = await app.places();
    known = await resources();
    await destroy(app);
  });

  test('leaves no stack but that of the CDK, and no stub', async () => {
    expect(await stacks()).toEqual(['CDKToolkit']);
    expect(await stubs()).toEqual({});
  });

  test('leaves the evidence, which is locked, the bucket that was there before, and no table', async () => {
    expect((await buckets()).sort()).toEqual([places.evidenceBucket, SISTER_BUCKET].sort());
    expect(await tables()).toEqual([]);
  });

  test('leaves the key that the evidence is read with, and no other', async () => {
    const keys = known.filter(({ type }) => type === 'AWS::KMS::Key');
    const states = await Promise.all(keys.map(async (k) => [k.id.replace(/key.*/, ''), await keyState(k.physicalId)]));

    expect(Object.fromEntries(states)).toEqual({
      confidential: 'PendingDeletion',
      data: 'Enabled',
      logs: 'PendingDeletion',
      messages: 'PendingDeletion',
      personal: 'PendingDeletion',
    });
  });
});

describe('an estate of 60 datasets whose data stays', () => {
  let places: Places;
  let known: Resource[];
  beforeAll(async () => {
    await app.deploy(sixtyEstate());
    places = await app.places();
    known = await resources();
  });

  test('deploys, each stack well under 500 resources', () => {
    for (const name of WITHOUT_API) expect(known.filter((r) => r.stack === name).length).toBeLessThan(MOST_RESOURCES);
    expect(new Set(known.map((r) => r.stack))).toEqual(new Set(WITHOUT_API));
    expect(ofType(known, 'AWS::DataSync::Task')).toHaveLength(30);
  });

  test('takes an object', async () => {
    await app.deliver('desk/set-5/1.csv', 'sample\na\nb\n');

    expect(await app.settled('set-5', ({ objects }) => objects.transformed === 1)).toMatchObject({ rowsOut: 2 });
  });

  test('destroyed, leaves buckets, ledger and keys with all that is in them', async () => {
    await destroy(app);

    expect(await stacks()).toEqual(['CDKToolkit']);
    expect(await buckets()).toEqual(expect.arrayContaining(ofType(known, 'AWS::S3::Bucket')));
    expect(await tables()).toEqual([places.ledgerTable]);
    for (const key of ofType(known, 'AWS::KMS::Key')) expect(await keyState(key)).toBe('Enabled');
    expect(await rawObject(places, 'desk/set-5/1.csv')).toBe('sample\na\nb\n');
  });
});
