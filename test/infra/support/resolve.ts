/** Replaces CloudFormation's intrinsic functions by concrete values, so that policies and workflows can be judged. */
import { templates } from './assembly.ts';

type Json = Record<string, unknown>;

const arns: Record<string, (name: string, account: string, region: string) => string> = {
  'AWS::S3::Bucket': (n) => `arn:aws:s3:::${n}`,
  'AWS::IAM::Role': (n, a) => `arn:aws:iam::${a}:role/${n}`,
  'AWS::KMS::Key': (n, a, r) => `arn:aws:kms:${r}:${a}:key/${n}`,
  'AWS::DynamoDB::Table': (n, a, r) => `arn:aws:dynamodb:${r}:${a}:table/${n}`,
  'AWS::Lambda::Function': (n, a, r) => `arn:aws:lambda:${r}:${a}:function:${n}`,
  'AWS::SQS::Queue': (n, a, r) => `arn:aws:sqs:${r}:${a}:${n}`,
  'AWS::SNS::Topic': (n, a, r) => `arn:aws:sns:${r}:${a}:${n}`,
  'AWS::StepFunctions::StateMachine': (n, a, r) => `arn:aws:states:${r}:${a}:stateMachine:${n}`,
  'AWS::Logs::LogGroup': (n, a, r) => `arn:aws:logs:${r}:${a}:log-group:${n}:*`,
  'AWS::ECS::TaskDefinition': (n, a, r) => `arn:aws:ecs:${r}:${a}:task-definition/${n}:1`,
  'AWS::ECS::Cluster': (n, a, r) => `arn:aws:ecs:${r}:${a}:cluster/${n}`,
};
const refIsArn = new Set([
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
  'AWS::StepFunctions::StateMachine',
  'AWS::ECS::TaskDefinition',
]);
const nameProperties = ['BucketName', 'TableName', 'QueueName', 'StateMachineName', 'LogGroupName', 'Family', 'Name'];

/** Account and Region of the fixture's environments. */
const place = (path: string): { account: string; region: string } =>
  path.startsWith('local/')
    ? { account: '000000000000', region: 'us-east-1' }
    : { account: path.startsWith('dev/') ? '111111111111' : '222222222222', region: 'eu-central-1' };

function resource(path: string, id: string): { type: string; name: string; arn: string } {
  const found = templates.get(path)?.Resources[id];
  if (!found) throw new Error(`${path}: no resource ${id}`);
  const named = nameProperties.map((p) => found.Properties?.[p]).find((v) => typeof v === 'string');
  const name = typeof named === 'string' ? named : `${path.replace('/', '-')}-${id}`.toLowerCase();
  const { account, region } = place(path);
  if (found.Type === 'AWS::IAM::Role') {
    // A name that CloudFormation makes begins with the stack's.
    const { RoleName = `bpc-${name}`, Path = '/' } = (found.Properties ?? {}) as { RoleName?: string; Path?: string };
    return { type: found.Type, name: RoleName, arn: `arn:aws:iam::${account}:role${Path}${RoleName}` };
  }
  const service = found.Type.split('::')[1]?.toLowerCase();
  const arn = arns[found.Type]?.(name, account, region) ?? `arn:aws:${service}:${region}:${account}:${name}`;
  return { type: found.Type, name, arn };
}

/** Value of a `Ref`. */
function ref(path: string, id: string): string | undefined {
  const { account, region } = place(path);
  const pseudo: Record<string, string> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  if (id === 'AWS::NoValue') return undefined;
  if (pseudo[id]) return pseudo[id];
  const { type, name, arn } = resource(path, id);
  return refIsArn.has(type) ? arn : name;
}

function imported(name: unknown): unknown {
  for (const [path, t] of templates) {
    const output = Object.values(t.Outputs ?? {}).find((o) => o.Export?.Name === name);
    if (output) return resolve(path, output.Value);
  }
  throw new Error(`nothing exports ${String(name)}`);
}

/** A value of the stack at the path, without intrinsics. Throws on one that points nowhere. */
export function resolve(path: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((v) => resolve(path, v));
  if (value === null || typeof value !== 'object') return value;
  const [[key, of] = ['', undefined], ...more] = Object.entries(value as Json);
  if (more.length === 0) {
    const list = (v: unknown): unknown[] => resolve(path, v) as unknown[];
    if (key === 'Ref') return ref(path, of as string);
    if (key === 'Fn::GetAtt') {
      const [id = '', attribute = ''] = of as string[];
      return attribute.endsWith('Arn') ? resource(path, id).arn : `${resource(path, id).name}.${attribute}`;
    }
    if (key === 'Fn::Join') return list((of as unknown[])[1]).join((of as string[])[0]);
    if (key === 'Fn::ImportValue') return imported(resolve(path, of));
    if (key === 'Fn::Select') return list((of as unknown[])[1])[Number((of as unknown[])[0])];
    if (key === 'Fn::Split') return String(resolve(path, (of as unknown[])[1])).split((of as string[])[0] ?? '');
    if (key === 'Fn::Sub') return String(of).replace(/\$\{([\w:]+)\}/g, (_, id: string) => ref(path, id) ?? '');
    if (key.startsWith('Fn::')) throw new Error(`${path}: ${key} is not resolved here`);
  }
  return Object.fromEntries(Object.entries(value as Json).map(([k, v]) => [k, resolve(path, v)]));
}
