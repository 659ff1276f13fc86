/**
 * Who may do what, as AWS decides it: identity policies within their boundary, policies of buckets, keys, queues and topics,
 * one account and several. What a service decides for itself (Lake Formation, endpoint policies) is no part of it.
 */
import { environments, resourcesOf } from './assembly.ts';
import { resourcePolicies, type RoleFacts } from './access.ts';
import { type Context, judge, many, matches, speaksOf, type Statement } from './policy.ts';
import { resolve } from './resolve.ts';

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
}

interface Guarded {
  readonly account: string;
  readonly statements: readonly Statement[];
}

/** ARN of a bucket, key, queue or topic → its policy. */
const guarded: ReadonlyMap<string, Guarded> = new Map(
  environments.flatMap((environment) => {
    const at = (id: string): string => id.split('/').slice(0, 2).join('/');
    const attached: [string, string][] = [
      ['AWS::S3::BucketPolicy', 'Bucket'],
      ['AWS::SQS::QueuePolicy', 'Queues'],
      ['AWS::SNS::TopicPolicy', 'Topics'],
    ];
    const found: [string, Guarded][] = [];
    for (const [type, property] of attached) {
      const policies = resourcePolicies(environment, type);
      for (const [id, { Properties }] of resourcesOf(environment, type)) {
        for (const target of many(Properties?.[property])) {
          found.push([arnOfTarget(at(id), target), { account: accountOf(at(id)), statements: policies.get(id) ?? [] }]);
        }
      }
    }
    for (const [id, statements] of resourcePolicies(environment, 'AWS::KMS::Key')) {
      const arn = resolve(at(id), { 'Fn::GetAtt': [id.split('/')[2], 'Arn'] }) as string;
      found.push([arn, { account: accountOf(at(id)), statements }]);
    }
    return found;
  }),
);

function accountOf(path: string): string {
  return resolve(path, { Ref: 'AWS::AccountId' }) as string;
}

/** A policy names its bucket, queue or topic by `Ref`. */
function arnOfTarget(path: string, target: unknown): string {
  if (typeof target === 'string') return `arn:aws:s3:::${target}`; // A bucket that is a source, not ours.
  const { Ref } = target as { Ref?: string };
  if (Ref === undefined) throw new Error(`${path}: a policy names its target otherwise than by Ref`);
  return resolve(path, { 'Fn::GetAtt': [Ref, 'Arn'] }) as string;
}

/** The policy that guards a resource, and whose it is; things without one are their account's, if the ARN names it. */
function guardOf(resource: string): Guarded & { readonly kms: boolean } {
  const root = resource.startsWith('arn:aws:s3:::') ? (resource.split('/')[0] ?? resource) : resource;
  const guard = guarded.get(root);
  const account = guard?.account ?? (resource.startsWith('arn:aws:s3:::') ? 'unknown' : (resource.split(':')[4] ?? ''));
  return { account, statements: guard?.statements ?? [], kms: resource.includes(':kms:') };
}

interface Named {
  readonly arn: string;
  readonly account: string;
}

/** How a statement of a resource policy names the principal: by itself, or by its account, which leaves it to IAM. */
function naming({ Principal }: Statement, who: Named): 'itself' | 'account' | undefined {
  if (Principal === '*' || (Principal as { AWS?: unknown })?.AWS === '*') return 'itself';
  const listed = many((Principal as { AWS?: string | string[] } | undefined)?.AWS);
  if (listed.some((p) => p === who.arn)) return 'itself';
  if (listed.some((p) => p === who.account || matches(p, `arn:aws:iam::${who.account}:root`))) return 'account';
  return undefined;
}

export type Decision = 'allowed' | 'denied' | 'not allowed';

/** Decides for a role. TLS and the account are part of every request. */
export function decide(who: RoleFacts, { action, resource, context = {} }: Request): Decision {
  const guard = guardOf(resource);
  const full: Context = {
    'aws:SecureTransport': 'true',
    's3:TlsVersion': '1.3',
    'aws:PrincipalArn': who.arn,
    'aws:PrincipalAccount': who.account,
    'aws:ResourceAccount': guard.account,
    'kms:CallerAccount': who.account,
    ...context,
  };
  const identity = judge(who.identity, action, resource, full);
  const boundary = who.boundary ? judge(who.boundary, action, resource, full) : 'allowed';
  const hits = guard.statements.filter((s) => naming(s, who) && speaksOf(s, action, resource, full));
  if ([identity, boundary].includes('denied') || hits.some((s) => s.Effect === 'Deny')) return 'denied';
  if (boundary !== 'allowed') return 'not allowed';
  const direct = hits.some((s) => s.Effect === 'Allow' && naming(s, who) === 'itself');
  const delegated = hits.some((s) => s.Effect === 'Allow');
  const ownAccount = guard.account === who.account || guard.account === '';
  const byIdentity = identity === 'allowed';
  if (ownAccount && !guard.kms) return byIdentity || direct ? 'allowed' : 'not allowed';
  if (ownAccount) return direct || (byIdentity && delegated) ? 'allowed' : 'not allowed';
  return byIdentity && delegated ? 'allowed' : 'not allowed';
}

/** Whether a principal may take a role: what its trust policy says. */
export function mayTake(
  role: RoleFacts,
  principal: Record<string, string>,
  action: string,
  context: Context = {},
): boolean {
  const named = (s: Statement): boolean =>
    Object.entries(principal).every(([kind, value]) =>
      many((s.Principal as Record<string, string | string[]> | undefined)?.[kind]).includes(value),
    );
  const hits = role.trust.filter(
    (s) => named(s) && speaksOf({ ...s, Resource: '*' }, action, '*', { 'aws:SecureTransport': 'true', ...context }),
  );
  return hits.some((s) => s.Effect === 'Allow') && !hits.some((s) => s.Effect === 'Deny');
}

/** Decides for a service of AWS that acts by itself: only what a resource policy says counts. */
export function decideService(service: string, { action, resource, context = {} }: Request): Decision {
  const hits = guardOf(resource).statements.filter((s) => {
    const named = many((s.Principal as { Service?: string | string[] } | undefined)?.Service);
    return (
      (named.includes(service) || s.Principal === '*' || (s.Principal as { AWS?: unknown })?.AWS === '*') &&
      speaksOf(s, action, resource, { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', ...context })
    );
  });
  if (hits.some((s) => s.Effect === 'Deny')) return 'denied';
  return hits.some((s) => s.Effect === 'Allow') ? 'allowed' : 'not allowed';
}
