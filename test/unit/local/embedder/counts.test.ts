import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { countAll } from '../../../../local/embedder/counts.ts';
import { openDuck, type Duck } from '../../../../runtime/sql/duckdb.ts';

let duck: Duck;
beforeEach(async () => {
  duck = await openDuck({ threads: 1, memoryMiB: 100 });
  for (const statement of [
    `CREATE TABLE cells AS SELECT * FROM (VALUES ('t', 'CCO'), ('t', 'CCO'), ('t', NULL), ('u', 'C1CC')) c(table_name, smiles)`,
    `CREATE TABLE uses AS SELECT smiles, table_name, count(*) AS occurrences FROM cells WHERE smiles IS NOT NULL GROUP BY ALL`,
    `CREATE TABLE verdicts AS SELECT * FROM (VALUES ('CCO', NULL, 'k', ['ISOTOPE']), ('C1CC', 'RING_NOT_CLOSED', NULL, []))
       v(smiles, code, molecule_key, warnings)`,
    `CREATE TABLE numbers AS SELECT unnest([true, false, true]) AS in_domain`,
  ]) {
    await duck.connection.run(statement);
  }
});
afterEach(() => duck.close());

describe('counts', () => {
  test('are of values, not of distinct texts', async () => {
    expect(await countAll(duck.connection)).toEqual({
      ...{ values: 4, nulls: 1, ok: 2, quarantined: 1, embedded: 3, outOfDomain: 1, molecules: 1 },
      codes: { ISOTOPE: 2, RING_NOT_CLOSED: 1 },
    });
  });

  test('fail where a verdict is missing', async () => {
    await duck.connection.run(`DELETE FROM verdicts WHERE smiles = 'C1CC'`);

    await expect(countAll(duck.connection)).rejects.toThrow('table u has 1 values and 0 verdicts');
  });

  test('fail where a text was judged twice', async () => {
    await duck.connection.run(`INSERT INTO verdicts VALUES ('CCO', NULL, 'k', [])`);

    await expect(countAll(duck.connection)).rejects.toThrow('values became');
  });
});
