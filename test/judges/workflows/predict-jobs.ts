/** How a job of the prediction API goes: split, parts, results; and what the job is told when one of them fails. */
import type { JobInput, JobParts } from '../../../protocol/prediction-store.ts';
import type { Json, Scenario } from '../support/interpreter.ts';
import type { Workflow } from '../support/cases.ts';

const input: JobInput = { tenant: 'lims', id: '20261121T080000Z-ab' };
const done: Json = { StatusCode: 200, Payload: {} };
const split = (parts: readonly number[]): Json => ({
  StatusCode: 200,
  Payload: { ...input, parts } satisfies JobParts as unknown as Json,
});

const scenario = (title: string, ends: string, more: Scenario['answers'] = {}): Scenario => ({
  title,
  input: input as unknown as Json,
  answers: {
    'Split the input': split([0, 1, 2]),
    'Work on the part': done,
    'Put the results together': done,
    'Tell the job what failed': done,
    ...more,
  },
  ends,
});

export const predictJobs: Workflow = {
  scenarios: [
    scenario('every part is worked on, then the results are put together', 'succeeded'),
    scenario('a job without molecules has results without rows', 'succeeded', { 'Split the input': split([]) }),
  ],
};
