/** An environment that orders Snowball devices: the workflow of the stack, its function, topic, key and role, in the running emulator. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateStateMachineCommand } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { EstateContext } from '../../../lib/base/context.ts';
import { SnowballWorkflow } from '../../../lib/transfer/snowball/snowball-workflow.ts';
import { clearFaults, injectFault } from '../../../local/faults.ts';
import type { Env, SnowballEnv } from '../../../protocol/env.ts';
import { Snowball, snowballMachineName } from '../../../protocol/snowball.ts';
import { clientConfig, sfnClient } from '../../../runtime/aws.ts';
import { parseEstate } from '../../../runtime/estate.ts';
import { localFiles } from '../../../local/state.ts';
import { makeEnvironment, type SmallEnvironment } from '../cli/environment.ts';
import { until } from '../local/aws.ts';

export const endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';
const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
/** Folder of the emulator of the tests (test/jest/emulator-run.ts). */
export const emulatorDir = join(process.cwd(), 'build', 'test', 'emulator');

/** Calls a service for which the project has no client, by its JSON or query protocol. */
async function raw(service: string, target: string | undefined, body: string, region = REGION): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261121/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      'content-type': target ? 'application/x-amz-json-1.1' : 'application/x-www-form-urlencoded',
      ...(target && { 'x-amz-target': target }),
    },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${service} ${target ?? body}: ${text}`);
  return text;
}

const sns = (parameters: Record<string, string>): Promise<string> =>
  raw('sns', undefined, new URLSearchParams({ Version: '2010-03-31', ...parameters }).toString());

async function makeTopic(name: string): Promise<string> {
  const answer = await sns({ Action: 'CreateTopic', Name: name });
  return /<TopicArn>([^<]+)/.exec(answer)?.[1] ?? '';
}

export async function makeKey(region = REGION): Promise<string> {
  const answer = JSON.parse(await raw('kms', 'TrentService.CreateKey', '{}', region)) as {
    KeyMetadata: { Arn: string };
  };
  return answer.KeyMetadata.Arn;
}

export async function makeRole(name: string): Promise<string> {
  const document = { Version: '2012-10-17', Statement: [] };
  const made = await new IAMClient(clientConfig()).send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(document) }),
  );
  return made.Role?.Arn ?? '';
}

/** The function as it is deployed: its bundle, zipped. */
async function makeFunction(name: string, environment: Env<typeof SnowballEnv>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'decant-zip-'));
  const zip = join(folder, 'code.zip');
  execFileSync('python3', ['-m', 'zipfile', '-c', zip, join(process.cwd(), 'build', 'lambda', 'snowball', 'index.js')]);
  const response = await fetch(`${endpoint}/2015-03-31/functions`, {
    method: 'POST',
    body: JSON.stringify({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${ACCOUNT}:role/r`,
      Timeout: 60,
      Environment: { Variables: environment },
      Code: { ZipFile: (await readFile(zip)).toString('base64') },
    }),
  });
  await rm(folder, { recursive: true });
  const made = (await response.json()) as { FunctionArn?: string };
  if (!made.FunctionArn) throw new Error(JSON.stringify(made));
  return made.FunctionArn;
}

/** The workflow's definition, as the stack has it. */
function definition(estate: string, yaml: string, functionArn: string, topicArn: string): string {
  const declared = parseEstate(yaml, 'decant.yaml');
  const environment = declared.environments['local'];
  if (!environment) throw new Error('no environment local');
  const stack = new Stack(new App(), 'stack', { env: { account: ACCOUNT, region: REGION } });
  const context = {
    estate,
    environmentName: 'local',
    environment,
    declared,
    datasets: ['archive'],
    contractSet: '',
    functionAsset: () => '',
    imageFolder: '',
  } as unknown as EstateContext;
  const key = Key.fromKeyArn(stack, 'key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`);
  new SnowballWorkflow(stack, context, {
    snowball: environment.snowball ?? Snowball.parse({}),
    topic: Topic.fromTopicArn(stack, 'topic', topicArn),
    program: Function.fromFunctionArn(stack, 'program', functionArn),
    messagesKey: key,
    logsKey: key,
    alarms: { topic: Topic.fromTopicArn(stack, 'alarms', topicArn), context },
  });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const text = (machine as { Properties: { DefinitionString: { 'Fn::Join': [string, unknown[]] } } }).Properties;
  return text.DefinitionString['Fn::Join'][1].map((p) => (typeof p === 'string' ? p : 'aws')).join('');
}

export interface SnowballSite extends SmallEnvironment {
  readonly machine: string;
  /** Messages that approvers were sent, oldest first, as far as they have come. */
  mails(): Promise<string[]>;
  /** Waits for the newest job in a state, and answers its id. */
  job(state: string): Promise<string>;
}

const DATASETS = `  archive:
    source: share
    transfer: { by: snowball }
    size: { objects: 3, gigabytes: 1 }
    contract: { format: csv, columns: [{ name: id }] }
`;
const SECTION =
  'snowball: { existingSnowballCustomer: true, support: { verifiedOn: 2999-01-01 }, addressSecret: SECRET }';

/** Devices of all tests travel at a time. */
export const manyDevices = (limit = 1000): Promise<unknown> =>
  injectFault(endpoint, { service: 'snowball', fault: 'device-quota', resource: REGION, limit });
export const noFaults = (): Promise<void> => clearFaults(endpoint, 'snowball', REGION);

export async function makeSite(): Promise<SnowballSite> {
  const section = SECTION.replace('SECRET', `address-${Date.now().toString(36)}`);
  const site = await makeEnvironment(DATASETS, 'succeeds', { local: section });
  const yaml = await readFile(join(site.dir, 'decant.yaml'), 'utf8');
  const estate = /^estate: (.*)$/m.exec(yaml)?.[1] ?? '';
  const devices = join(localFiles(emulatorDir).data, 'devices');
  await mkdir(devices, { recursive: true });
  await symlink(devices, join(site.dir, '.decant', 'local', 'devices'));
  const topicArn = await makeTopic(`${estate}-snowball`);
  const sqs = new SQSClient(clientConfig());
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `${estate}-mails` }));
  const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${estate}-mails`;
  await sns({ Action: 'Subscribe', TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn });
  const functionArn = await makeFunction(`${estate}-snowball`, {
    ESTATE: estate,
    ENVIRONMENT: 'local',
    EXISTING_SNOWBALL_CUSTOMER: 'true',
    DEVICE_TYPE: 'V3_5S',
    SHIPPING_OPTION: 'SECOND_DAY',
    RAW_BUCKET: site.places.rawBucket,
    WORK_BUCKET: site.places.workBucket,
    EVIDENCE_BUCKET: site.places.evidenceBucket,
    KMS_KEY_ARN: await makeKey(),
    SNOWBALL_TOPIC_ARN: topicArn,
    ADDRESS_SECRET: /addressSecret: ([\w-]+)/.exec(section)?.[1] ?? '',
    IMPORT_ROLES: JSON.stringify({ archive: await makeRole(`${estate}-import`) }),
    LOOK_SECONDS: '1',
  });
  const { stateMachineArn: machine = '' } = await sfnClient().send(
    new CreateStateMachineCommand({
      name: snowballMachineName(estate, 'local'),
      definition: definition(estate, yaml, functionArn, topicArn),
      roleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
    }),
  );
  const mails: string[] = [];
  return {
    ...site,
    machine,
    async mails() {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      for (const { Body, ReceiptHandle } of Messages) {
        mails.push((JSON.parse(Body ?? '{}') as { Message: string }).Message);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return mails;
    },
    job: (state) =>
      until(`a job that is ${state}`, async () => {
        const { out } = await site.decant('snowball', 'status', '--json');
        const orders = JSON.parse(out) as { jobs: { jobId: string; state: string }[] }[];
        return orders.flatMap((o) => o.jobs).findLast((j) => j.state === state)?.jobId;
      }),
  };
}
