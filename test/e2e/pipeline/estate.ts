/** The estate of the whole-app tests: one dataset a question, so that none disturbs another. */
import type { Contract } from '../../../protocol/contract.ts';
import type { z } from 'zod';

type ContractText = Partial<z.input<typeof Contract>>;

const id = { name: 'id', type: 'bigint', nullable: false };
const name = { name: 'name' };

export const dataset = (contract: ContractText = {}) => ({
  source: 'lab',
  contract: { format: 'csv', columns: [id, name], objects: '**', partition: 'none', ...contract },
});

/** An estate file: JSON is YAML. Shards are small, so that an object of a few MiB is huge. */
export const estateText = (datasets: object): string =>
  JSON.stringify({
    estate: 'e2e',
    environments: {
      local: {
        kind: 'local',
        gatherSec: 1,
        deleteData: true,
        task: { vcpu: 2, memoryGiB: 2, scratchGiB: 21 },
        shard: { maxMiB: 1 },
      },
    },
    sources: { lab: { kind: 'folder' } },
    datasets,
  });

const grade = { name: 'grade', type: 'integer' };
const personal = { sensitivity: 'personal' } as const;

const datasets = {
  lone: dataset(),
  twice: dataset(),
  notes: dataset(),
  prices: dataset({ tables: { prices: { mode: 'replace' } } }),
  poison: dataset({ maxBadRows: 0 }),
  grades: dataset({ columns: [id, { ...grade, max: 9 }] }),
  both: dataset(),
  halfway: dataset(),
  killed: dataset(),
  stopped: dataset(),
  byhand: dataset(),
  cut: dataset({ options: { quotedNewlines: false } }),
  array: dataset({ format: 'json' }),
  odd: dataset(),
  monthly: dataset({ partition: { prefix: 1, name: 'month' } }),
  persons: dataset({
    columns: [
      id,
      { name: 'full_name', nullable: false, ...personal },
      { name: 'email', pattern: '[^@ ]+@[^@ ]+', ...personal },
      { name: 'born', type: 'date', ...personal },
      { name: 'blood', allowed: ['A', 'B', 'AB', '0'], ...personal },
    ],
    maxBadRows: 10,
  }),
  patients: dataset({
    format: 'jsonl',
    sensitivity: 'personal',
    columns: [id, { name: 'full_name' }, { name: 'pulse', type: 'integer', max: 300 }],
    maxBadRows: 10,
  }),
  visits: dataset({
    sensitivity: 'personal',
    tables: { visits: { select: 'select *, cast(name as integer) as number from input' } },
  }),
};

export const before = estateText(datasets);
/** One dataset more, and the grades' rule is looser. */
export const after = estateText({
  ...datasets,
  late: dataset(),
  grades: dataset({ columns: [id, { ...grade, max: 99 }] }),
});

/** `id,name` with so many rows. */
export const csv = (rows: number, first = 1, name = 'name'): string =>
  `id,name\n${Array.from({ length: rows }, (_, i) => `${first + i},${name} ${first + i}\n`).join('')}`;
