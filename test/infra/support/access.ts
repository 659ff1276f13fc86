/** Roles and resource policies of the synthesized estate, without CloudFormation's functions. */
import { resourcesOf, type EnvironmentName } from './assembly.ts';
import { many, type Statement } from './policy.ts';
import { resolve } from './resolve.ts';

export { judge, matches, type Context, type Statement } from './policy.ts';

/** No document, no statement: an endpoint without a policy. */
const documentOf = (path: string, document: unknown): Statement[] =>
  document === undefined ? [] : many((resolve(path, document) as { Statement: Statement | Statement[] }).Statement);

const pathOf = (id: string): string => id.split('/').slice(0, 2).join('/');

export interface RoleFacts {
  /** `stack/logicalId`, the environment left out. */
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly identity: readonly Statement[];
  readonly boundary: readonly Statement[] | undefined;
  readonly trust: readonly Statement[];
  /** Policies of AWS's own. */
  readonly managed: readonly string[];
}

/** Every role of an environment, by `stack/logicalId`. */
export function roleFacts(environment: EnvironmentName): Map<string, RoleFacts> {
  const identity = new Map<string, Statement[]>();
  const add = (key: string, statements: Statement[]): void =>
    void identity.set(key, [...(identity.get(key) ?? []), ...statements]);
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']) {
    for (const [id, policy] of resourcesOf(environment, type)) {
      const { PolicyDocument, Roles } = policy.Properties as { PolicyDocument: unknown; Roles?: { Ref: string }[] };
      for (const { Ref } of Roles ?? []) add(`${pathOf(id)}/${Ref}`, documentOf(pathOf(id), PolicyDocument));
    }
  }
  return new Map(
    [...resourcesOf(environment, 'AWS::IAM::Role')].map(([id, { Properties = {} }]) => {
      const path = pathOf(id);
      const inline = many(Properties['Policies'] as { PolicyDocument: unknown }[] | undefined);
      const arn = resolve(path, { 'Fn::GetAtt': [id.split('/')[2], 'Arn'] }) as string;
      const key = id.split('/').slice(1).join('/');
      const facts: RoleFacts = {
        id: key,
        arn,
        account: arn.split(':')[4] ?? '',
        identity: [...inline.flatMap((p) => documentOf(path, p.PolicyDocument)), ...(identity.get(id) ?? [])],
        boundary: Properties['PermissionsBoundary'] ? boundaryOf(environment) : undefined,
        trust: documentOf(path, Properties['AssumeRolePolicyDocument']),
        managed: many(Properties['ManagedPolicyArns'] as unknown[] | undefined).map((a) => String(resolve(path, a))),
      };
      return [key, facts];
    }),
  );
}

function boundaryOf(environment: EnvironmentName): Statement[] {
  const [found] = [...resourcesOf(environment, 'AWS::IAM::ManagedPolicy')].filter(([id]) => id.includes('/boundary'));
  if (!found) throw new Error(`${environment} has no boundary`);
  return documentOf(pathOf(found[0]), found[1].Properties?.['PolicyDocument']);
}

/** Every role of an environment: its logical id → the statements of its policies. */
export const roles = (environment: EnvironmentName): Map<string, Statement[]> =>
  new Map([...roleFacts(environment).values()].map((r) => [r.id.split('/')[1] ?? '', [...r.identity]]));

/** Statements of the one role whose logical id begins so. */
export function role(environment: EnvironmentName, prefix: string): Statement[] {
  const hits = [...roles(environment)].filter(([id]) => id.startsWith(prefix));
  if (hits.length !== 1)
    throw new Error(`${hits.length} roles begin with ${prefix}: ${[...roles(environment).keys()].join(', ')}`);
  return hits[0]?.[1] ?? [];
}

/** ARN of the one resource of a type whose logical id begins so. */
export function arnOf(environment: EnvironmentName, type: string, prefix: string): string {
  const hits = [...resourcesOf(environment, type).keys()].filter((k) => k.split('/')[2]?.startsWith(prefix));
  if (hits.length !== 1) throw new Error(`${hits.length} of ${type} begin with ${prefix}`);
  const [env, stack, id] = (hits[0] ?? '').split('/');
  return resolve(`${env}/${stack}`, { 'Fn::GetAtt': [id, 'Arn'] }) as string;
}

export const resourcePolicies = (environment: EnvironmentName, type: string): Map<string, Statement[]> =>
  new Map(
    [...resourcesOf(environment, type)].map(([id, r]) => [
      id,
      documentOf(pathOf(id), r.Properties?.['PolicyDocument'] ?? r.Properties?.['KeyPolicy']),
    ]),
  );
