/** Clients of one embedded AWS, and the few things that every check needs. */
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { ECSClient } from '@aws-sdk/client-ecs';
import { GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than anything here takes on a loaded machine. */
const PATIENCE_MS = 60_000;

export const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;

/** Asks until there is an answer. Throws when there was none in time. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, patienceMs = PATIENCE_MS): Promise<T> {
  for (const end = Date.now() + patienceMs; ; await sleep(100)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
  }
}

export type Aws = ReturnType<typeof connect>;

export function connect(endpoint: string) {
  const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sfn = new SFNClient(config);
  const athena = new AthenaClient(config);
  return {
    endpoint,
    s3,
    sfn,
    athena,
    sqs: new SQSClient(config),
    ecs: new ECSClient(config),
    glue: new GlueClient(config),

    async bucket(): Promise<string> {
      const Bucket = unique('bucket');
      await s3.send(new CreateBucketCommand({ Bucket }));
      return Bucket;
    },

    /** Runs a state machine to its end. */
    async execute(definition: object, input: object = {}) {
      const { stateMachineArn } = await this.machine(definition);
      const { executionArn } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
      );
      return this.finished(executionArn ?? '');
    },

    machine: (definition: object) =>
      sfn.send(
        new CreateStateMachineCommand({
          name: unique('machine'),
          definition: JSON.stringify(definition),
          roleArn: 'arn:aws:iam::000000000000:role/states',
        }),
      ),

    finished: (executionArn: string) =>
      until(`the end of ${executionArn}`, async () => {
        const found = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return found.status === 'RUNNING' ? undefined : found;
      }),

    /** The rows of a query without its header, or its state when it failed. */
    async query(sql: string, database = 'default'): Promise<(string | undefined)[][] | string> {
      const output = `s3://${await this.bucket()}/`;
      const { QueryExecutionId } = await athena.send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          QueryExecutionContext: { Database: database },
          ResultConfiguration: { OutputLocation: output },
        }),
      );
      const state = await until('the query', async () => {
        const found = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
        const s = found.QueryExecution?.Status?.State;
        return s === 'SUCCEEDED' || s === 'FAILED' ? s : undefined;
      });
      if (state === 'FAILED') return state;
      const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
      return (ResultSet?.Rows ?? []).slice(1).map((r) => (r.Data ?? []).map((d) => d.VarCharValue));
    },

    stack: (resources: object, outputs: Outputs = {}) =>
      deploy(endpoint, 'CreateStack', unique('stack'), resources, outputs),
    update: (name: string, resources: object, outputs: Outputs = {}) =>
      deploy(endpoint, 'UpdateStack', name, resources, outputs),

    async destroy(StackName: string): Promise<void> {
      await cloudFormation(endpoint, { Action: 'DeleteStack', StackName });
      await until(`the end of ${StackName}`, async () => {
        const { status, text } = await cloudFormation(endpoint, { Action: 'DescribeStacks', StackName });
        return status !== 200 || text.includes('DELETE_COMPLETE') ? true : undefined;
      });
    },
  };
}

type Outputs = Readonly<Record<string, unknown>>;

export interface Stack {
  readonly name: string;
  readonly status: string;
  /** Every reason that an event gives, in one text. */
  readonly reasons: string;
  readonly outputs: Record<string, string>;
}

/** Deploys through CloudFormation's query protocol and waits for the end; a refused template is status REFUSED. */
async function deploy(
  endpoint: string,
  Action: 'CreateStack' | 'UpdateStack',
  StackName: string,
  resources: object,
  outputs: Outputs,
): Promise<Stack> {
  const template = {
    Resources: resources,
    Outputs: Object.fromEntries(Object.entries(outputs).map(([k, Value]) => [k, { Value }])),
  };
  const refused = await cloudFormation(endpoint, {
    Action,
    StackName,
    TemplateBody: JSON.stringify(template),
  });
  if (refused.status !== 200) return { name: StackName, status: 'REFUSED', reasons: refused.text, outputs: {} };
  const text = await until(`stack ${StackName}`, async () => {
    const found = await cloudFormation(endpoint, { Action: 'DescribeStacks', StackName });
    return /<StackStatus>\w+_IN_PROGRESS</.test(found.text) ? undefined : found.text;
  });
  const events = await cloudFormation(endpoint, { Action: 'DescribeStackEvents', StackName });
  const pairs = [...text.matchAll(/<OutputKey>(.*?)<\/OutputKey>\s*<OutputValue>(.*?)<\/OutputValue>/g)];
  return {
    name: StackName,
    status: /<StackStatus>(\w+)</.exec(text)?.[1] ?? text,
    reasons: [...events.text.matchAll(/<ResourceStatusReason>([^]*?)</g)].map((m) => m[1]).join('\n'),
    outputs: Object.fromEntries(pairs.map((m) => [m[1] ?? '', m[2] ?? ''])),
  };
}

async function cloudFormation(endpoint: string, parameters: Record<string, string>) {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0';
  const body = new URLSearchParams({ Version: '2010-05-15', ...parameters });
  const response = await fetch(endpoint, { method: 'POST', headers: { authorization }, body });
  return { status: response.status, text: await response.text() };
}

/** A function with its code in the template. */
export const inlineFunction = (code: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Timeout: 30,
    Role: 'arn:aws:iam::000000000000:role/functions',
    Code: { ZipFile: code },
  },
});
