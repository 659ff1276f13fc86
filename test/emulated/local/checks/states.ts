import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { inlineFunction, unique, type Aws } from '../aws.ts';
import type { Check } from './check.ts';

const one = (state: object, more: object = {}) => ({ StartAt: 'S', States: { S: { End: true, ...state } }, ...more });
const output = (found: { output?: string | undefined }) => JSON.parse(found.output ?? 'null') as unknown;
const fails = (error: string) => one({ Type: 'Fail', Error: error, Cause: 'on purpose', End: undefined });

/** Starts the same execution twice while it runs. True when both answers name the same one. */
async function startTwice(aws: Aws): Promise<unknown> {
  const { stateMachineArn } = await aws.machine(one({ Type: 'Wait', Seconds: 2 }));
  const start = () =>
    aws.sfn.send(new StartExecutionCommand({ stateMachineArn, name: unique('run'), input: '{"a":1}' }));
  const name = unique('same');
  const same = () => aws.sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: '{"a":1}' }));
  await start();
  const first = await same();
  return same()
    .then((second) => second.executionArn === first.executionArn)
    .catch((e: Error) => e.name);
}

/** Runs a Map of three items with a limit given by path. True when no item began before the one before it had ended. */
async function oneAtATime(aws: Aws): Promise<boolean> {
  const note = (name: string, next: object) => ({
    Type: 'Pass',
    Parameters: { 'at.$': '$$.State.EnteredTime' },
    ResultPath: `$.${name}`,
    ...next,
  });
  const map = {
    Type: 'Map',
    ItemsPath: '$.items',
    MaxConcurrencyPath: '$.limit',
    ItemProcessor: {
      StartAt: 'Begin',
      States: {
        Begin: note('begin', { Next: 'W' }),
        W: { Type: 'Wait', Seconds: 1, Next: 'Stop' },
        Stop: note('stop', { End: true }),
      },
    },
  };
  const found = await aws.execute(one(map), { limit: 1, items: [{ n: 1 }, { n: 2 }, { n: 3 }] });
  const spans = output(found) as { begin: { at: string }; stop: { at: string } }[];
  return spans.every((s, i) => i === 0 || (spans[i - 1]?.stop.at ?? '') <= s.begin.at);
}

/** Five items in batches of two, with results written. Answers with the batches' sizes and the statuses written. */
async function batchedMap(aws: Aws): Promise<unknown> {
  const Bucket = await aws.bucket();
  await aws.s3.send(
    new PutObjectCommand({ Bucket, Key: 'in.jsonl', Body: [1, 2, 3, 4, 5].map((n) => `{"n":${n}}`).join('\n') }),
  );
  const map = {
    Type: 'Map',
    Label: 'Children',
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSONL' },
      Parameters: { Bucket, Key: 'in.jsonl' },
    },
    ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'who.$': '$.who' } },
    MaxConcurrency: 1,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'P',
      States: { P: { Type: 'Pass', End: true } },
    },
    ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket, Prefix: 'out' } },
  };
  await aws.execute(one(map), { who: 'me' });
  const { Contents } = await aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'out/' }));
  const written = (Contents ?? []).map((o) => o.Key ?? '');
  const succeeded = written.find((k) => k.endsWith('SUCCEEDED_0.json'));
  if (!succeeded) return written;
  const body = await (await aws.s3.send(new GetObjectCommand({ Bucket, Key: succeeded }))).Body?.transformToString();
  const rows = JSON.parse(body ?? '[]') as { Input: string }[];
  const inputs = rows.map((r) => JSON.parse(r.Input) as { Items: unknown[]; BatchInput: { who: string } });
  return { sizes: inputs.map((i) => i.Items.length), who: inputs[0]?.BatchInput.who, files: written.length };
}

/** A function that throws an error of its own class. Answers with the state that caught it. */
async function caughtByName(aws: Aws): Promise<unknown> {
  const code =
    "class BadItem extends Error { name = 'BadItem' }; exports.handler = async () => { throw new BadItem('no'); };";
  const { outputs } = await aws.stack({ F: inlineFunction(code) }, { Arn: { 'Fn::GetAtt': ['F', 'Arn'] } });
  const found = await aws.execute({
    StartAt: 'Call',
    States: {
      Call: {
        Type: 'Task',
        Resource: outputs['Arn'],
        Catch: [{ ErrorEquals: ['BadItem'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Pass', Result: 'by name', End: true },
    },
  });
  return found.status === 'SUCCEEDED' ? output(found) : found.status;
}

/** A Choice over a null: is it there, and what does a rule on a missing variable do. */
async function choices(aws: Aws): Promise<unknown> {
  const choice = (rule: object) => ({
    StartAt: 'C',
    States: {
      C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Pass', Result: 'yes', End: true },
      No: { Type: 'Pass', Result: 'no', End: true },
    },
  });
  const present = await aws.execute(choice({ Variable: '$.a', IsPresent: true }), { a: null });
  const missing = await aws.execute(choice({ Variable: '$.b', StringEquals: 'x' }), { a: null });
  return [output(present), missing.status];
}

async function nestedFailure(aws: Aws): Promise<unknown> {
  const child = await aws.machine(fails('OwnError'));
  const Parameters = { StateMachineArn: child.stateMachineArn, Input: {} };
  const found = await aws.execute(
    one({ Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2', Parameters }),
  );
  return [found.status, found.error, (found.cause ?? '').includes('OwnError')];
}

async function contextValues(aws: Aws): Promise<unknown> {
  const map = {
    Type: 'Map',
    ItemsPath: '$.items',
    ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
    ResultSelector: {
      'name.$': '$$.Execution.Name',
      'redrives.$': '$$.Execution.RedriveCount',
      'role.$': '$$.Execution.RoleArn',
    },
  };
  const found = await aws.execute(one(map), { items: [1] });
  const values = output(found) as { name: string | null; redrives: number | null; role: string | null } | null;
  return [values?.name === found.name, values?.redrives, values?.role];
}

const role = 'arn:aws:iam::000000000000:role/states';

export const stateChecks: readonly Check[] = [
  {
    gap: 'lambda_errors',
    title: 'a workflow catches the error of a Node function by its class',
    observe: caughtByName,
    mended: 'by name',
    open: 'FAILED',
  },
  {
    gap: 'sfn_start',
    title: 'starting a running execution again with the same input answers with that execution',
    observe: startTwice,
    mended: true,
    open: 'ExecutionAlreadyExists',
  },
  {
    gap: 'sfn_nested',
    title: 'a failed child workflow is States.TaskFailed to its parent',
    observe: nestedFailure,
    mended: ['FAILED', 'States.TaskFailed', true],
    open: ['FAILED', 'OwnError', false],
  },
  {
    gap: 'sfn_timeout',
    title: 'an execution that outlives its TimeoutSeconds is timed out',
    observe: async (aws) => (await aws.execute(one({ Type: 'Wait', Seconds: 3 }, { TimeoutSeconds: 1 }))).status,
    mended: 'TIMED_OUT',
    open: 'SUCCEEDED',
  },
  {
    gap: 'sfn_paths',
    title: 'a path that finds nothing fails the state',
    observe: async (aws) => {
      const found = await aws.execute(one({ Type: 'Pass', Parameters: { 'a.$': '$.missing' } }), { there: 1 });
      return [found.status, found.error];
    },
    mended: ['FAILED', 'States.ParameterPathFailure'],
    open: ['SUCCEEDED', undefined],
  },
  {
    gap: 'sfn_choice',
    title: 'a null is present, and a rule on a missing variable fails the execution',
    observe: choices,
    mended: ['yes', 'FAILED'],
    open: ['no', 'SUCCEEDED'],
  },
  {
    gap: 'sfn_context',
    title: 'a result selector can read the context object',
    observe: contextValues,
    mended: [true, 0, role],
    open: [false, null, null],
  },
  {
    gap: 'sfn_map',
    title: 'a Map keeps to the limit that a path gives',
    observe: oneAtATime,
    mended: true,
    open: false,
  },
  {
    gap: 'sfn_distributed_map',
    title: 'a Distributed Map batches its items and writes its results',
    observe: batchedMap,
    mended: { sizes: [2, 2, 1], who: 'me', files: 2 },
    open: [],
  },
];
