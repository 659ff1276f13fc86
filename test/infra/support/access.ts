/** Who may do what: a small evaluator of the synthesized policies. Conditions it does not know count as unmet. */
import { resourcesOf, type EnvironmentName } from './assembly.ts';
import { resolve } from './resolve.ts';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** Values of condition keys of one request. */
export type Context = Readonly<Record<string, string>>;

const many = <T>(v: T | T[] | undefined): T[] => (v === undefined ? [] : Array.isArray(v) ? v : [v]);

/** IAM wildcards: `*` any text, `?` one character. */
export const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')}$`,
  ).test(text);

const operators: Record<string, (wanted: string, given: string) => boolean> = {
  StringEquals: (w, g) => w === g,
  StringLike: matches,
  ArnLike: matches,
  ArnEquals: matches,
  Bool: (w, g) => w === g,
  NumericLessThan: (w, g) => Number(g) < Number(w),
};

function conditionHolds(condition: Statement['Condition'], context: Context): boolean {
  return Object.entries(condition ?? {}).every(([operator, tests]) =>
    Object.entries(tests).every(([key, wanted]) => {
      const given = context[key];
      const test = operators[operator];
      return given !== undefined && test !== undefined && many(wanted).some((w) => test(String(w), given));
    }),
  );
}

const applies = (s: Statement, action: string, resource: string, context: Context): boolean =>
  many(s.Action).some((a) => matches(a.toLowerCase(), action.toLowerCase())) &&
  many(s.Resource).some((r) => matches(r, resource)) &&
  conditionHolds(s.Condition, context);

export type Verdict = 'allowed' | 'denied' | 'not allowed';

export function judge(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: Context = {},
): Verdict {
  const hits = statements.filter((s) => applies(s, action, resource, context));
  if (hits.some((s) => s.Effect === 'Deny')) return 'denied';
  return hits.some((s) => s.Effect === 'Allow') ? 'allowed' : 'not allowed';
}

const documentOf = (path: string, document: unknown): Statement[] =>
  many((resolve(path, document) as { Statement: Statement | Statement[] }).Statement);

/** Every role of an environment: its logical id → the statements of its policies. */
export function roles(environment: EnvironmentName): Map<string, Statement[]> {
  const found = new Map<string, Statement[]>();
  const pathOf = (id: string): string => id.split('/').slice(0, 2).join('/');
  for (const [id, role] of resourcesOf(environment, 'AWS::IAM::Role')) {
    const inline = many(role.Properties?.['Policies'] as { PolicyDocument: unknown }[] | undefined);
    found.set(
      id.split('/')[2] ?? '',
      inline.flatMap((p) => documentOf(pathOf(id), p.PolicyDocument)),
    );
  }
  for (const [id, policy] of resourcesOf(environment, 'AWS::IAM::Policy')) {
    const { PolicyDocument, Roles } = policy.Properties as { PolicyDocument: unknown; Roles: { Ref: string }[] };
    for (const { Ref } of Roles ?? []) found.get(Ref)?.push(...documentOf(pathOf(id), PolicyDocument));
  }
  return found;
}

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
    [...resourcesOf(environment, type)].map(([id, r]) => {
      const path = id.split('/').slice(0, 2).join('/');
      return [id, documentOf(path, r.Properties?.['PolicyDocument'] ?? r.Properties?.['KeyPolicy'])];
    }),
  );
