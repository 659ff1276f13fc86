import { afterAll, describe, expect, test } from '@jest/globals';
import { readSmiles } from '../../../../../../containers/transformer/formats/smiles/reader.ts';
import { sharedPool } from '../../../../../../runtime/molecules/pool.ts';
import { stage, stageParts } from '../staging.ts';

afterAll(() => sharedPool().close());

const columns = [
  { name: 'smiles', from: '$smiles' },
  { name: 'name', from: '$name' },
  { name: 'canonical', from: '$canonical' },
];
const reasons = (s: Awaited<ReturnType<typeof stage>>) => s.rejects.map((r) => [r.record, r.offset, r.reason]);

describe('SMILES files', () => {
  test('molecule, name and canonical form are columns; blanks, blank lines and CRLF are no damage', async () => {
    const { rows, records } = await stage(
      readSmiles,
      '\ufeffOCC  ethyl alcohol \r\n\r\n  c1ccccc1\tbenzene\r\nC \r\n',
      { columns },
    );

    expect([records, rows]).toEqual([
      3,
      [
        { _row: '1', smiles: 'OCC', name: 'ethyl alcohol', canonical: 'CCO' },
        { _row: '2', smiles: 'c1ccccc1', name: 'benzene', canonical: 'c1ccccc1' },
        { _row: '3', smiles: 'C', name: null, canonical: 'C' },
      ],
    ]);
  });

  test('cells have positions', async () => {
    const { rows } = await stage(readSmiles, 'C\tN\tx y\n', {
      columns: [
        { name: 'a', from: '$2' },
        { name: 'b', from: '$3' },
        { name: 'c', from: '$4' },
      ],
      options: { delimiter: '\t' },
    });

    expect(rows).toMatchObject([{ a: 'N', b: 'x y', c: null }]);
  });

  test('a heading names the cells', async () => {
    const { rows } = await stage(readSmiles, 'SMILES\tbatch\nC\t1E1\n', {
      columns: [{ name: 'batch' }],
      options: { delimiter: '\t', header: true },
    });

    expect(rows).toEqual([{ _row: '1', batch: '1E1' }]);
  });

  test.each([
    ['SMILES\tbatch\nC\t1\n', 'column_missing'],
    ['id\tid\nC\t1\n', 'header_duplicate'],
    ['\n', 'column_missing'],
  ])('the heading %j is refused as %s', async (content, code) => {
    const wanted = stage(readSmiles, content, {
      columns: [{ name: 'id' }],
      options: { delimiter: '\t', header: true },
    });

    await expect(wanted).rejects.toMatchObject({ code });
  });

  test.each([
    ['an unclosed ring', 'C1CC secret', 'invalid_molecule'],
    ['a valence that no atom has', 'C(C)(C)(C)(C)C', 'invalid_molecule'],
    ['no SMILES at all', 'hello world', 'invalid_molecule'],
    ['a NUL byte', 'C\u0000C', 'nul_byte'],
  ])(
    '%s is one reject with number, offset and payload, and the message does not hold it',
    async (_what, bad, reason) => {
      const staged = await stage(readSmiles, `C\n${bad}\nO\n`, { columns });

      expect([staged.rows.length, reasons(staged), staged.payloads]).toEqual([2, [[2, 2, reason]], [bad]]);
      expect(staged.rejects[0]?.message).not.toContain(bad);
    },
  );

  test('a blank within a SMILES that a delimiter closes is no name', async () => {
    const staged = await stage(readSmiles, 'CC O\tx\n', { columns, options: { delimiter: '\t' } });

    expect(reasons(staged)).toEqual([[1, 0, 'invalid_molecule']]);
  });

  test('an empty SMILES cell is no molecule', async () => {
    expect(reasons(await stage(readSmiles, '\tx\n', { columns, options: { delimiter: '\t' } }))).toEqual([
      [1, 0, 'invalid_molecule'],
    ]);
  });

  test('a line above the limit is one reject', async () => {
    const staged = await stage(readSmiles, `C\n${'C'.repeat(3e6)}\nO\n`, { columns });

    expect([staged.rows.length, reasons(staged)]).toEqual([2, [[2, 2, 'record_too_long']]]);
  });

  test('cuts at any byte give every line exactly once, with the heading in the first part only', async () => {
    const content = Buffer.from('smi id\nC 1\nCC 2\n\nC1 3\nCCC 4');
    const more = { columns: [{ name: 'id' }], options: { header: true } };
    for (let cut = 1; cut < content.length; cut++) {
      const parts = await stageParts(readSmiles, content, [cut], more);
      expect([
        cut,
        parts.flatMap((p) => p.rows.map((r) => r['id'])),
        parts.flatMap((p) => p.rejects.map((r) => r.offset)),
      ]).toEqual([cut, ['1', '2', '4'], [17]]);
    }
  });
});
