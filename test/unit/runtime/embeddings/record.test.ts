import { describe, expect, it } from '@jest/globals';
import { Table } from '../../../../protocol/contract.ts';
import { embeddingColumns } from '../../../../protocol/embedding-tables.ts';
import { columnsOf, MoleculeColumnMissingError } from '../../../../runtime/embeddings/plan.ts';
import { catalogColumns, checkSums, SumsDisagreeError } from '../../../../runtime/embeddings/record.ts';
import { glueType } from '../../../../runtime/catalog/types.ts';

const summary = {
  ...{ dataset: 'compounds', run: 'r', bundle: 'b', dtype: 'fp32', files: {}, codes: {}, outOfDomain: 0 },
  ...{ values: 10, nulls: 1, embedded: 4, known: 2, repeated: 2, quarantined: 1 },
};

describe('the sums of a run', () => {
  it('agree when every value is accounted for', () => {
    expect(() => checkSums(summary)).not.toThrow();
  });

  it.each(['nulls', 'embedded', 'known', 'repeated', 'quarantined'] as const)(
    'disagree when one of %s is missing',
    (part) => {
      const lacking = { ...summary, [part]: summary[part] - 1 };

      expect(() => checkSums(lacking)).toThrow(SumsDisagreeError);
      expect(() => checkSums(lacking)).toThrow('10 values went in and 9 came out');
    },
  );

  it('disagree when a value came out twice', () => {
    expect(() => checkSums({ ...summary, embedded: 5 })).toThrow(SumsDisagreeError);
  });
});

describe('columns of the tables of embeddings', () => {
  it.each(Object.keys(embeddingColumns) as (keyof typeof embeddingColumns)[])(
    'of %s have types that the catalog takes',
    (table) => {
      const types = catalogColumns(table).map((c) => c.type);

      expect(types.map(glueType)).toEqual(types);
    },
  );

  it('hold vectors as lists of 32-bit numbers', () => {
    expect(catalogColumns('embeddings').find((c) => c.name === 'embedding')?.type).toBe('array<float>');
  });
});

describe('columns of molecules', () => {
  const registered = {
    Name: 't',
    StorageDescriptor: { Columns: [{ Name: 'id' }, { Name: 'smiles' }, { Name: 'product' }] },
  };
  const columns = (molecules?: string[]) => columnsOf('t', Table.parse(molecules ? { molecules } : {}), registered);

  it('are those that are called so, where the contract names none', () => {
    expect(columns()).toEqual(['smiles']);
  });

  it('are those that the contract names', () => {
    expect(columns(['product', 'smiles'])).toEqual(['product', 'smiles']);
  });

  it('are none where the contract says so', () => {
    expect(columns([])).toEqual([]);
  });

  it('that the table lacks are an error that names the table, the column and what there is', () => {
    expect(() => columns(['structure'])).toThrow(MoleculeColumnMissingError);
    expect(() => columns(['structure'])).toThrow(
      'table t has no column structure, which its contract names under molecules; it has id, smiles, product',
    );
  });
});
