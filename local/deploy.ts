/** Deploys the app's stacks to a running embedded AWS, with the real CDK CLI. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../runtime/errors.ts';
import { logTail } from './emulator.ts';
import { projectRoot } from './root.ts';
import { localEnv, localFiles, type LocalState } from './state.ts';
import { requireRunning } from './supervisor.ts';

const ACCOUNT = '000000000000';
/** Stacks deploy side by side where their order allows; each waits for the emulator most of the time. */
const CONCURRENCY = 4;

export interface DeployOptions {
  /** Folder of the estate file, where `decant local up` was run. */
  readonly dir: string;
  /** Absolute path of the estate file. */
  readonly estateFile: string;
  /** Environment of the estate file, of kind local. */
  readonly environment: string;
  readonly say?: ((text: string) => void) | undefined;
}

/** Bootstraps where that was not done yet, then deploys all stacks. Throws a UserError with the end of the CDK CLI's output. */
export async function deploy(options: DeployOptions): Promise<{ log: string; seconds: number }> {
  const state = await requireRunning(options.dir);
  const started = Date.now();
  const log = join(localFiles(options.dir).data, 'deploy.log');
  const context = ['-c', `estate=${options.estateFile}`, '-c', `environment=${options.environment}`];
  if (!(await stackExists(state, 'CDKToolkit'))) {
    options.say?.('bootstrapping');
    await cdk(state, ['bootstrap', `aws://${ACCOUNT}/us-east-1`, ...context], log, options.dir);
  }
  options.say?.('deploying all stacks with the CDK CLI');
  const all = ['deploy', '--all', '--require-approval', 'never', '--concurrency', String(CONCURRENCY)];
  await cdk(state, [...all, ...context], log, options.dir);
  return { log, seconds: (Date.now() - started) / 1000 };
}

/** True when CloudFormation knows the stack. */
export async function stackExists(state: Pick<LocalState, 'endpoint'>, name: string): Promise<boolean> {
  const body = new URLSearchParams({ Action: 'DescribeStacks', Version: '2010-05-15', StackName: name });
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0';
  const response = await fetch(state.endpoint, { method: 'POST', body, headers: { authorization } });
  return response.ok;
}

async function cdk(state: LocalState, args: readonly string[], log: string, dir: string): Promise<void> {
  const root = projectRoot();
  await mkdir(join(log, '..'), { recursive: true });
  const output = openSync(log, 'a');
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk'),
      ...args,
      '--output',
      join(dir, '.decant', 'cdk.out'),
      '--ci',
      '--progress',
      'events',
    ],
    {
      cwd: root,
      stdio: ['ignore', output, output],
      env: {
        ...withoutAws(process.env),
        ...localEnv(state),
        CDK_DEFAULT_ACCOUNT: ACCOUNT,
        CDK_DEFAULT_REGION: 'us-east-1',
        // Validating every template again costs most of a deployment's time; `npm test` synthesizes with it on.
        CDK_VALIDATION: 'false',
      },
    },
  );
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  closeSync(output);
  if (code !== 0)
    throw new UserError(`cdk ${args[0] ?? ''} failed; all of its output: ${log}\n${await logTail(log, 40)}`, {
      exitCode: 1,
    });
}

/** A profile or session of the real AWS must not travel along. */
const withoutAws = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([k]) => !k.startsWith('AWS_')));
