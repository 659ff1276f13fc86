import { CreateJobCommand, GetJobRunCommand, StartJobRunCommand } from '@aws-sdk/client-glue';
import { unique, until, type Aws } from '../aws.ts';
import type { Check } from './check.ts';

/** An embedding job that is told too little: the worker refuses its arguments. */
async function badJob({ glue }: Aws): Promise<string> {
  const Name = unique('embed');
  const DefaultArguments = { '--bundle': 's3://b/', '--plan': 's3://p', '--summary': 's3://s' };
  await glue.send(
    new CreateJobCommand({
      ...{ Name, DefaultArguments, Role: 'arn:aws:iam::000000000000:role/r', GlueVersion: '5.1' },
      Command: { Name: 'glueetl', ScriptLocation: 's3://b/job.py' },
    }),
  );
  return Name;
}

/** State and message of a run of it. */
async function badRun(aws: Aws): Promise<unknown> {
  const JobName = await badJob(aws);
  const { JobRunId: RunId } = await aws.glue.send(new StartJobRunCommand({ JobName }));
  return until('the job', async () => {
    const { JobRun } = await aws.glue.send(new GetJobRunCommand({ JobName, RunId }));
    const state = JobRun?.JobRunState ?? '';
    if (['STARTING', 'RUNNING'].includes(state)) return undefined;
    return [state, /exit code \d/.exec(JobRun?.ErrorMessage ?? '')?.[0]];
  });
}

/** What a workflow that waits for it ends with. */
async function badStep(aws: Aws): Promise<unknown> {
  const Parameters = { JobName: await badJob(aws) };
  const state = { Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync', Parameters, End: true };
  const { status, error } = await aws.execute({ StartAt: 'J', States: { J: state } });
  return [status, error];
}

export const glueChecks: readonly Check[] = [
  {
    gap: 'glue_job',
    title: 'a job that embeds runs, and fails when its program does',
    observe: badRun,
    mended: ['FAILED', 'exit code 2'],
    open: ['SUCCEEDED', undefined],
  },
  {
    gap: 'sfn_glue',
    title: 'a workflow waits for a job, and fails with it',
    observe: badStep,
    mended: ['FAILED', 'States.TaskFailed'],
    open: ['FAILED', 'States.Runtime'],
  },
];
