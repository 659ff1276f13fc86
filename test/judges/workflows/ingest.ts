/** How the ingest workflow goes, by what its task leaves and the register function finds. */
import type { RegisterOutput } from '../../../protocol/workflow.ts';
import type { Answer, Json, Scenario } from '../support/interpreter.ts';
import type { Workflow } from '../support/cases.ts';

const input = { dataset: 'assays', shard: '', list: 'lists/assays/l/0.jsonl', attempt: 1 };

const registered = (more: Partial<RegisterOutput> = {}): Json => ({
  Payload: {
    dataset: 'assays',
    tables: ['assay_results'],
    objects: 3,
    rowsIn: 30,
    rowsOut: 29,
    rowsQuarantined: 1,
    objectsQuarantined: 0,
    firstQuarantined: '',
    shardsLeft: 0,
    ...more,
  } satisfies RegisterOutput as unknown as Json,
});

const scenario = (title: string, ends: string, register: Answer): Scenario => ({
  title,
  input,
  answers: {
    'Transform the shard': {},
    'Register tables and partitions': register,
    'Announce the updated dataset': {},
  },
  ends,
});

export const ingest: Workflow = {
  scenarios: [
    scenario('every object gets through', 'succeeded', registered()),
    scenario('a list takes three rounds', 'succeeded', (_input, { call }) => registered({ shardsLeft: 3 - call })),
    scenario('a list that stops making progress ends failed', 'ShardsLeft', registered({ shardsLeft: 2 })),
    scenario(
      'objects in quarantine fail the run after everything else',
      'ObjectsQuarantined',
      registered({ objectsQuarantined: 1, firstQuarantined: 'lab/assays/bad.csv' }),
    ),
    scenario('a shard that was finished before announces nothing', 'succeeded', registered({ objects: 0, tables: [] })),
  ],
};
