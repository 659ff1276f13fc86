import { describe, expect, it } from '@jest/globals';
import { stackNames } from '../../protocol/names.ts';
import { environments, resourcesOf, templateJson, templates, type Resource } from './support/assembly.ts';

/** What holds data, or the means to read it: must never be replaced by a change of code. */
const STATEFUL = [
  'AWS::S3::Bucket',
  'AWS::DynamoDB::Table',
  'AWS::KMS::Key',
  'AWS::Glue::Database',
  'AWS::Cognito::UserPool',
];

/** Judged by tests of their own, or the same on every resource. */
const LEFT_OUT = ['PolicyDocument', 'KeyPolicy', 'AssumeRolePolicyDocument', 'DefinitionString', 'Tags'];

/** Without hashes of code, and those of what a version or a deployment of an API holds, which end their ids. */
const unhashed = (text: string): string =>
  text.replace(/\b[0-9a-f]{64}\b/g, 'HASH').replace(/((?:CurrentVersion|Deployment)[0-9A-F]{8})[0-9a-f]{32}/g, '$1');

/** A resource as a reviewer wants to see it change, without the hashes of code. */
function shown({ Type, DeletionPolicy, Properties = {} }: Resource): unknown {
  const kept = Object.entries(Properties).filter(([name]) => !LEFT_OUT.includes(name));
  const text = JSON.stringify({ Type, DeletionPolicy, ...Object.fromEntries(kept) });
  return JSON.parse(unhashed(text));
}

describe('the stacks', () => {
  it('are those of protocol/names.ts in every environment', () => {
    // No people are named in local, so nobody's role is made there; only dev builds its image in AWS.
    const expected = environments
      .flatMap((e) => stackNames.map((s) => `${e}/${s}`))
      .filter((s) => !['local/access', 'local/images', 'prod/images'].includes(s));

    // A source bucket of ours in another account gets its policy by a stack there.
    expect([...templates.keys()].sort()).toEqual([...expected, 'dev/leave-branch'].sort());
  });

  it.each([...templates])('%s stays below the 500 resources that CloudFormation takes', (_path, { Resources }) => {
    expect(Object.keys(Resources).length).toBeLessThan(400);
  });

  it.each(stackNames)('%s is what was reviewed', (name) => {
    const { Resources } = templateJson('dev', name);

    expect(Object.fromEntries(Object.entries(Resources).map(([id, r]) => [unhashed(id), shown(r)]))).toMatchSnapshot();
  });

  it.each(environments)('keep the logical ids of what holds data in %s', (environment) => {
    const ids = STATEFUL.flatMap((type) => [...resourcesOf(environment, type).keys()].map((k) => k.split('/')[2]));

    expect(ids.sort()).toEqual([
      'accesslogsDE09D170',
      'catalogdatabase4C1F6EE3',
      'crawlerseen5FBB28D9',
      'datakey6D03DE4A',
      'evidenceD01CB220',
      'idempotency6045960E',
      'jobs4843572F',
      'ledger28D1CA40',
      'logskey3102F837',
      'messageskeyCB46DA6A',
      'moleculesC8926F0E',
      'personalkeyDCE8D782',
      'quarantineFD1B00D8',
      'raw1D6FB60A',
      'trailaccesslogsD15C4CD5',
      'trailfilesA37032F5',
      'transformed01A34A8F',
      'users9E3E6EF7',
      'work5381AC4C',
    ]);
  });

  it('delete nothing that holds data in prod', () => {
    const policies = [...STATEFUL, 'AWS::Logs::LogGroup']
      .flatMap((type) => [...resourcesOf('prod', type).values()])
      .flatMap((r) => [r.DeletionPolicy, r.UpdateReplacePolicy]);

    expect(policies.length).toBeGreaterThan(20);
    expect(new Set(policies)).toEqual(new Set(['Retain']));
  });

  it('delete nothing that holds data in dev, where no flag asks for it', () => {
    const policies = STATEFUL.flatMap((type) => [...resourcesOf('dev', type).values()]).map((r) => r.DeletionPolicy);

    expect(new Set(policies)).toEqual(new Set(['Retain']));
  });

  it('delete everything but evidence and its key where kind and flag both say so', () => {
    const kept = STATEFUL.flatMap((type) => [...resourcesOf('local', type)])
      .filter(([, r]) => r.DeletionPolicy !== 'Delete')
      .map(([id]) => id);

    expect(kept.sort()).toEqual([
      expect.stringMatching(/^local\/security\/datakey/),
      expect.stringMatching(/^local\/storage\/evidence/),
    ]);
  });

  it('have custom resources only where buckets are emptied', () => {
    const custom = environments.map((e) => resourcesOf(e, 'Custom::S3AutoDeleteObjects').size);

    expect(custom).toEqual([7, 0, 0]);
  });

  it('carry the tags of the estate file', () => {
    const [bucket] = resourcesOf('dev', 'AWS::S3::Bucket').values();

    expect(bucket?.Properties?.['Tags']).toEqual(expect.arrayContaining([{ Key: 'cost-center', Value: '4711' }]));
  });
});
