/** How a backfill goes: every list is tried, and one that fails is told at the end. */
import type { Json, Scenario } from '../support/interpreter.ts';
import type { Workflow } from '../support/cases.ts';

const lists = ['a', 'b', 'c'].map((l) => ({ list: `lists/assays/l/${l}.jsonl` }));

const answers: Scenario['answers'] = {
  'Ingest the list': { Output: { objects: 10 } },
  'Count the lists that failed': (_input, { failedChildren }): Json => ({
    ItemCounts: { Total: lists.length, Succeeded: lists.length - failedChildren },
  }),
};
const input = { dataset: 'assays', listIndex: 'lists/assays/l.jsonl', attempt: 1 };
const items = { 'Run the shards of every list': lists };

export const backfill: Workflow = {
  scenarios: [
    { title: 'every list gets through', input, answers, items, ends: 'succeeded' },
    {
      title: 'a list that failed is counted, and the others are done',
      input,
      answers: { ...answers, 'Count the lists that failed': { ItemCounts: { Total: 3, Succeeded: 2 } } },
      items,
      ends: 'ListsFailed',
    },
  ],
};
