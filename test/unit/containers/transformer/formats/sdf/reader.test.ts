import { afterAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSdf } from '../../../../../../containers/transformer/formats/sdf/reader.ts';
import { sharedPool } from '../../../../../../runtime/molecules/pool.ts';
import { stage, stageParts, textColumns } from '../staging.ts';

afterAll(() => sharedPool().close());

type Result = Awaited<ReturnType<typeof stage>>;
const atom = (symbol: string) => `    0.0000    0.0000    0.0000 ${symbol}   0  0`;
const mol = (title: string, symbol = 'O') =>
  [title, '', '', '  1  0  0  0  0  0            999 V2000', atom(symbol), 'M  END', ''].join('\n');
const property = (name: string, value: string) => `>  <${name}>\n${value}\n\n`;
const end = '$$$$\n';
const v3000 = [
  'v3',
  '',
  '',
  '  0  0  0     0  0            999 V3000',
  'M  V30 BEGIN CTAB',
  'M  V30 COUNTS 1 0 0 0 0',
  'M  V30 BEGIN ATOM',
  'M  V30 1 N 0 0 0 0',
  'M  V30 END ATOM',
  'M  V30 END CTAB',
  'M  END',
  '',
].join('\n');
const good = mol('first') + property('ID', '1') + end;
const reasons = (s: Result) => s.rejects.map((r) => [r.record, r.offset, r.reason]);
const columns = [
  { name: 'id', from: 'ID' },
  { name: 'title', from: '$title' },
  { name: 'smiles', from: '$smiles' },
];

describe('SDF', () => {
  test('title, properties, canonical SMILES, InChIKey and the molecule block become columns', async () => {
    const names = [...columns, { name: 'inchikey', from: '$inchikey' }, { name: 'block', from: '$molblock' }];

    const { rows } = await stage(readSdf, good, { columns: names });

    expect(rows).toEqual([
      { _row: '1', id: '1', title: 'first', smiles: 'O', inchikey: 'XLYOFNOQVPJJNP-UHFFFAOYSA-N', block: mol('first') },
    ]);
  });

  test('V3000 and CRLF are read', async () => {
    const { rows } = await stage(readSdf, (v3000 + property('ID', '2') + end).replaceAll('\n', '\r\n'), { columns });

    expect(rows).toMatchObject([{ id: '2', title: 'v3', smiles: 'N' }]);
  });

  test('properties may be ragged, empty, of several lines, numbered, and hold $$$$ within a line', async () => {
    const content =
      mol('a') +
      '>  <ID>  (1)\nline 1\nline $$$$ 2\n$$$$ three\n\n' +
      end +
      mol('b') +
      end +
      mol('c') +
      '> <ID>\n\n> <X>\n1\n\n' +
      end;

    const { rows, notes } = await stage(readSdf, content, { columns });

    expect([rows.map((r) => r['id']), notes]).toEqual([
      ['line 1\nline $$$$ 2\n$$$$ three', null, null],
      { properties_ignored: 1 },
    ]);
  });

  test('properties that the contract does not list are collected where it says so', async () => {
    const { rows } = await stage(readSdf, mol('a') + property('X', 'say "x"') + end, {
      columns: [{ name: 'rest', from: '*', type: 'json' }],
      options: { unlisted: 'collect' },
    });

    expect(rows[0]?.['rest']).toBe('{"X":"say \\"x\\""}');
  });

  test.each([
    ['an invalid molecule', mol('bad').replace('  1  0', '  3  0') + end, 'invalid_molecule'],
    ['a molecule without M  END', mol('bad').replace('M  END\n', '') + end, 'invalid_molecule'],
    ['a lost title line', mol('bad').replace('bad\n', '') + end, 'invalid_molecule'],
    ['a molecule of no atoms', 'zero\n\n\n  0  0  0  0  0  0            999 V2000\nM  END\n' + end, 'invalid_molecule'],
    ['an empty record', end, 'empty_record'],
    ['a blank record', '\n \n' + end, 'empty_record'],
    ['a duplicate property', mol('bad') + property('ID', '1') + property('ID', '2') + end, 'duplicate_key'],
    ['a line of no property', mol('bad') + 'stray\n' + end, 'malformed_record'],
    ['a property without a blank line', mol('bad') + '> <ID>\n1\n> <X>\n2\n\n' + end, 'malformed_record'],
    ['a NUL byte', mol('bad') + property('ID', 'a\u0000b') + end, 'nul_byte'],
  ])('%s is one reject with number, offset and payload, and the rest is loaded', async (_what, bad, reason) => {
    const staged = await stage(readSdf, good + bad + good, { columns });

    expect({
      rows: staged.rows.length,
      rejects: reasons(staged),
      payloads: staged.payloads,
      records: staged.records,
    }).toEqual({
      rows: 2,
      rejects: [[2, good.length, reason]],
      payloads: [bad.slice(0, -1)],
      records: 3,
    });
  });

  test('a property that the contract does not list is refused where it says so', async () => {
    const staged = await stage(readSdf, mol('a') + property('X', '1') + end, {
      columns,
      options: { unlisted: 'refuse' },
    });

    expect(reasons(staged)).toEqual([[1, 0, 'unknown_key']]);
  });

  test('the last record may lack its $$$$ when its molecule is whole', async () => {
    const staged = await stage(readSdf, good + mol('last') + property('ID', '9'), { columns });

    expect([staged.rows.map((r) => r['id']), staged.records]).toEqual([['1', '9'], 2]);
  });

  test('a last record that is cut in its molecule is one reject', async () => {
    const cut = mol('last').slice(0, -20);
    const staged = await stage(readSdf, good + cut, { columns });

    expect([staged.rows.length, reasons(staged), staged.payloads]).toEqual([
      1,
      [[2, good.length, 'malformed_record']],
      [cut],
    ]);
  });

  test('blank lines behind the last $$$$ are no record', async () => {
    expect((await stage(readSdf, `${good}\n \n`, { columns })).records).toBe(1);
  });

  test('a record above the limit is one reject', async () => {
    const staged = await stage(readSdf, good + mol('b') + property('ID', 'x\n'.repeat(5000)) + end + good, {
      columns,
      options: { maxRecordBytes: 1000 },
    });

    expect([staged.rows.length, reasons(staged)]).toEqual([2, [[2, good.length, 'record_too_long']]]);
  });

  test('a mol file is one record', async () => {
    expect((await stage(readSdf, mol('only'), { columns })).rows).toMatchObject([{ title: 'only', smiles: 'O' }]);
  });

  test('invalid UTF-8 is a reject whose payload is the source bytes', async () => {
    const bad = Buffer.concat([
      Buffer.from(mol('b')),
      Buffer.from('> <ID>\n'),
      Buffer.from([0xe9]),
      Buffer.from('\n\n$$$$'),
    ]);
    const staged = await stage(readSdf, Buffer.concat([bad, Buffer.from('\n')]), { columns });

    expect([reasons(staged), staged.payloads]).toEqual([[[1, 0, 'invalid_encoding']], [bad.toString('latin1')]]);
  });

  test.each(['\n', '\r\n'])('cuts at any byte give every record exactly once, with line breaks %j', async (eol) => {
    const content = Buffer.from(
      (good + end + mol('two') + property('ID', '2') + end + mol('three')).replaceAll('\n', eol),
    );
    const whole = await stage(readSdf, content, { columns });
    for (let cut = 1; cut < content.length; cut++) {
      // Every byte around a record's start, some of the others.
      if (cut % 17 !== 0 && !content.subarray(Math.max(0, cut - 9), cut + 9).includes('$$$$')) continue;
      const parts = await stageParts(readSdf, content, [cut], { columns });
      const found = [
        parts.flatMap((p) => p.rows.map((r) => r['title'])),
        parts.flatMap((p) => p.rejects.map((r) => r.offset)),
      ];
      expect([cut, ...found]).toEqual([cut, whole.rows.map((r) => r['title']), whole.rejects.map((r) => r.offset)]);
    }
  });

  const data = process.env['DECANT_TEST_DATA'];
  (data ? test : test.skip).each([
    ['solubility.train.sdf', 1025],
    ['solubility.test.sdf', 257],
  ])('%s has %d records (needs DECANT_TEST_DATA)', async (file, records) => {
    const path = join(data ?? '', file);
    const staged = await stage(readSdf, readFileSync(path), {
      columns: textColumns('ID NAME SOL SMILES').map((c) => ({
        ...(c as object),
        name: (c as { name: string }).name.toLowerCase(),
        from: (c as { name: string }).name,
      })),
    });

    expect([staged.records, staged.rejects]).toEqual([records, []]);
  });
});
