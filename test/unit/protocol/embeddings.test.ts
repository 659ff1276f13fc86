import { describe, expect, it } from '@jest/globals';
import { Contract } from '../../../protocol/contract.ts';
import { mayHoldMolecules, vectorIndexName } from '../../../protocol/embeddings.ts';

const holds = (columns: string[], tables?: object): boolean =>
  mayHoldMolecules(
    'set',
    Contract.parse({
      format: 'csv',
      columns: columns.map((name) => ({ name })),
      ...(tables && { tables: { t: tables } }),
    }),
  );

describe('a dataset may hold molecules', () => {
  it.each([
    ['when a column of its input is called so', ['id', 'smiles'], undefined, true],
    [
      'when a select makes such a column',
      ['id', 'structure'],
      { select: 'select structure as smiles from input' },
      true,
    ],
    ['when its contract names a column', ['id', 'structure'], { molecules: ['structure'] }, true],
    ['not without such a column', ['id', 'name'], undefined, false],
    ['not when the select leaves the column out', ['id', 'smiles'], { select: 'select id from input' }, false],
    ['not when its contract says that there are none', ['id', 'smiles'], { molecules: [] }, false],
    ['not for a column whose name just contains the word', ['id', 'smiles_count'], undefined, false],
  ])('%s', (_when, columns, tables, expected) => {
    expect(holds(columns, tables)).toBe(expected);
  });
});

describe('the name of a vector index', () => {
  it('fits S3 Vectors also for the longest bundle and class', () => {
    const name = vectorIndexName({ name: 'b'.repeat(64), hash: 'a'.repeat(64) }, 'confidential');

    expect(name.length).toBeLessThanOrEqual(63);
    expect(name).toMatch(/^[a-z0-9][a-z0-9.-]+[a-z0-9]$/);
  });
});
