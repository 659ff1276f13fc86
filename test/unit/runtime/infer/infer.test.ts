/** Contracts proposed from files as people really write them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseEstate } from '../../../../runtime/estate.ts';
import { inferContract, type Proposal } from '../../../../runtime/infer/infer.ts';
import { withDataset } from '../../../../runtime/infer/into.ts';
import { renderProposal } from '../../../../runtime/infer/render.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'infer-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}
const infer = (name: string, content: string | Uint8Array): Promise<Proposal> => inferContract([file(name, content)]);
const columns = (p: Proposal) => p.inputs[0]?.columns ?? [];
const types = (p: Proposal) => columns(p).map((c) => `${c.name} ${c.type}`);
/** Types of a one-column file whose values these are. */
const typeOf = async (...values: string[]) =>
  columns(await infer('t.csv', `n,value\n${values.map((v) => `x,${v}\n`).join('')}`))[1];

const estate =
  'estate: bpc # ours\nenvironments: { local: { kind: local } }\nsources: { lab: { kind: folder } }\ndatasets: {}\n';

describe('the type of a column', () => {
  test.each([
    [['1', '2'], 'integer'],
    [['06705', '12345'], 'text'],
    [['3000000000'], 'bigint'],
    [['9007199254740993'], 'bigint'],
    [['9223372036854775808'], 'decimal(38,0)'],
    [['1'.repeat(39)], 'text'],
    [['1.5', '2'], 'double'],
    [['1E5', '2'], 'double'],
    [['12345678901234567.891'], 'decimal(20,3)'],
    [['true', 'False'], 'boolean'],
    [['1', 'x'], 'text'],
    [['2026-02-28'], 'date'],
    [['2026-02-30'], 'text'],
    [['20260228'], 'integer'],
    [['1950-10-01', '50-00-0'], 'text'],
    [['2026-01-01T10:00:00'], 'timestamp'],
    [['2026-01-01T10:00:00+02:00'], 'timestamptz'],
    [['2026-01-01T24:00:00'], 'text'],
    [['01/02/2024'], 'text'],
  ])('of %j is %s', async (values, type) => {
    expect((await typeOf(...values))?.type).toBe(type);
  });

  test('stays text where the order of day and month is open, and says so', async () => {
    expect((await typeOf('01/02/2024', '03/04/2024'))?.comments).toEqual([
      expect.stringContaining('may mean day or month first'),
    ]);
    expect((await typeOf('13/02/2024'))?.comments).toEqual([expect.stringContaining("format: '%d/%m/%Y'")]);
  });

  test('of numbers with NA between them names NA as a text for nothing', async () => {
    expect(await typeOf('1', 'NA', '')).toMatchObject({ type: 'integer', nullTexts: ['NA'] });
  });

  test('of numbers with one damaged value stays text and says so', async () => {
    expect((await typeOf('1', '2', '3', 'x'))?.comments).toEqual([
      expect.stringContaining('integer fits all but 1 of 4 values'),
    ]);
  });
});

describe('a delimited file', () => {
  test.each([
    ['a.csv', 'id;value\n1;2,5\n2;3,5\n', 'csv', { delimiter: ';' }],
    ['a.csv', 'id\tvalue\n1\tx\n2\ty\n', 'tsv', {}],
    ['a.txt', 'id|value\n1|x\n2|y\n', 'csv', { delimiter: '|' }],
    ['a.csv', '1,x\n2,y\n', 'csv', { header: false }],
    ['a.csv', 'CCO,1.5\nCCN,2.5\n', 'csv', { header: false }],
    ['a.csv.gz', 'CC(=O)O\tCC(=O)O\nc1ccccc1\tc1ccccc1\n', 'tsv', { header: false }],
    ['a.csv', 'OCC\tCCO\nc1ccccc1\tC1=CC=CC=C1\n', 'tsv', { header: false }],
    ['a.csv', 'CCO\nc1ccccc1\nCCN\n', 'csv', { header: false }],
    ['a.csv', 'SMILES\nc1ccccc1\nCCN\n', 'csv', {}],
    ['a.txt', '[PAD]\n[UNK]\nc\n1\n=', 'csv', { header: false }],
  ])('%s with %j is %s', async (name, text, format, options) => {
    const proposal = await infer(name, name.endsWith('.gz') ? gzipSync(text) : text);

    expect(proposal).toMatchObject({ format });
    expect(proposal.options).toEqual(options);
  });

  test('without header keeps its first row', async () => {
    const proposal = await infer('a.csv', 'CC(=O)O\tCC(=O)O\nc1ccccc1\tC1=CC=CC=C1\n');

    expect(proposal.inputs[0]?.rows).toBe(2);
    expect(types(proposal)).toEqual(['smiles_1 text', 'smiles_2 text']);
  });

  test('without a newline at its end keeps its last row', async () => {
    expect((await infer('a.csv', 'id,name\n1,x\n2,y')).inputs[0]?.rows).toBe(2);
  });

  test('with line breaks in quotes is counted by records', async () => {
    expect((await infer('a.csv', 'id,name\r\n1,"a\r\nb ""c"""\r\n2,y\r\n')).inputs[0]?.rows).toBe(2);
  });

  test('gets safe names and remembers the headings', async () => {
    const proposal = await infer('a.csv', 'Compound ID,Größe (nM),2nd,CompoundID\nx,1,2,y\nz,3,4,w\n');

    expect(columns(proposal).map((c) => [c.name, c.from])).toEqual([
      ['compound_id', 'Compound ID'],
      ['grosse_nm', 'Größe (nM)'],
      ['c_2nd', '2nd'],
      ['compound_id_2', 'CompoundID'],
    ]);
    expect(columns(proposal)[1]?.comments).toEqual(['unit in the heading: nM']);
  });

  test('in another encoding says which, and that it is a guess', async () => {
    const proposal = await infer('a.csv', Buffer.from('id,name\n1,M\u00fcller\n2,\u00c4\n', 'latin1'));

    expect(proposal.options.encoding).toBe('latin-1');
    expect(proposal.notes).toEqual([expect.stringContaining('latin-1 is a guess')]);
  });

  test('with a UTF-16 mark is read as UTF-16', async () => {
    const proposal = await infer('a.csv', Buffer.from('\ufeffid,name\n1,x\n2,y\n', 'utf16le'));

    expect(proposal.options.encoding).toBe('utf-16');
    expect(types(proposal)).toEqual(['id bigint', 'name text']);
  });

  test('names candidate keys: never empty, never repeated', async () => {
    const proposal = await infer('a.csv', 'id,site,code\n1,B,x\n2,B,y\n3,Z,\n');

    expect(proposal.inputs[0]?.candidateKeys).toEqual(['id']);
  });
});

describe('personal data', () => {
  test('is found by heading and by value, and no value is shown', async () => {
    const proposal = await infer(
      'a.csv',
      'id,phone_home,contact,secret\n1,,ada@example.com,123-45-6789\n2,,bob@example.org,987-65-4321\n',
    );
    const yaml = renderProposal(proposal, { dataset: 'd', source: 'lab' });

    expect(
      columns(proposal)
        .filter((c) => c.sensitivity === 'personal')
        .map((c) => c.name),
    ).toEqual(['phone_home', 'contact', 'secret']);
    expect(yaml).not.toMatch(/ada@|6789/);
  });

  test('is not seen in CAS numbers', async () => {
    expect((await typeOf('50-00-0', '7732-18-5'))?.sensitivity).toBeUndefined();
  });
});

describe('other formats', () => {
  test('JSON Lines: types, keys that some records lack, nested values', async () => {
    const proposal = await infer('a.jsonl', '{"id":1,"v":1.5,"tags":["x"]}\n{"id":2,"v":2,"note":"n"}\n');

    expect(proposal.format).toBe('jsonl');
    expect(types(proposal)).toEqual(['id bigint', 'v double', 'tags json', 'note text']);
    expect(columns(proposal).map((c) => c.optional)).toEqual([undefined, undefined, true, true]);
  });

  test('JSON: the records below a key', async () => {
    const proposal = await infer('a.json', '{"meta":{"n":2},"rows":[{"id":1},\n{"id":2}]}');

    expect(proposal).toMatchObject({ format: 'json', options: { records: '/rows' } });
    expect(proposal.inputs[0]?.rows).toBe(2);
  });

  test('SDF: properties by name, a last record without its end mark', async () => {
    const record = (id: string) => `ethanol\n\n\n  0  0  0\nM  END\n>  <ID>  (1)\n${id}\n\n> <Log S>\n-1.5\n\n`;
    const proposal = await infer('a.sdf', `${record('1')}$$$$\n${record('2')}`);

    expect(proposal.inputs[0]?.rows).toBe(2);
    expect(types(proposal)).toEqual(['title text', 'id bigint', 'log_s double', 'smiles text']);
  });

  test('SMILES: structure and name', async () => {
    const proposal = await infer('a.smi', 'CCO ethyl alcohol\nCC ethane\n');

    expect(columns(proposal).map((c) => c.from)).toEqual(['$smiles', '$name']);
  });

  test('a workbook: every sheet is an input', async () => {
    const proposal = await inferContract([join(import.meta.dirname, '../../../../examples/data/people/people.xlsx')]);

    expect(proposal.inputs.map((i) => `${i.name} ${i.rows}`)).toEqual(['borrower 1000', 'role_profile 1512']);
  });
});

describe('several files', () => {
  test('are united; what is only in some is optional', async () => {
    const files = [file('1.csv', 'id,a\n1,x\n2,y\n'), file('2.csv', 'id,b\n3,x\n4,y\n')];

    const proposal = await inferContract(files);

    expect(columns(proposal).map((c) => `${c.name} ${c.optional === true}`)).toEqual(['id false', 'a true', 'b true']);
  });

  test('of different formats are refused with both names', async () => {
    const files = [file('1.csv', 'id,a\n1,x\n'), file('2.jsonl', '{"id":1}\n')];

    await expect(inferContract(files)).rejects.toThrow(/1\.csv is csv, .*2\.jsonl is jsonl/);
  });
});

const data = process.env['DECANT_TEST_DATA'];
(data ? describe : describe.skip)('real files', () => {
  test.each([
    ['pubchem_100k_standardized.csv.gz', 'tsv', 99_991, 2],
    ['solubility.train.sdf', 'sdf', 1025, 7],
    ['solubility.test.sdf', 'sdf', 257, 7],
    ['esol.csv', 'csv', 1128, 10],
    ['lipophilicity.csv', 'csv', 4200, 3],
    ['bace.csv', 'csv', 1513, 595],
    ['pubchem_1k_descriptors.csv', 'csv', 999, 200],
    ['smiles_vocab_591.txt', 'csv', 591, 1],
  ])('%s is %s with %i records and %i columns', async (name, format, rows, width) => {
    const proposal = await inferContract([join(data ?? '', name)]);

    expect({ format: proposal.format, rows: proposal.inputs[0]?.rows, width: columns(proposal).length }).toEqual({
      format,
      rows,
      width,
    });
  });
});

describe('the bound', () => {
  test('is said in the output, and nothing is claimed beyond it', async () => {
    const proposal = await inferContract([file('long.csv', `id,name\n${'1,x\n'.repeat(400_000)}`)], 1024 ** 2);

    expect(proposal.notes).toEqual([expect.stringContaining('only the first 1 MiB were read')]);
    expect(columns(proposal).every((c) => c.nullable === undefined)).toBe(true);
  });

  test('an empty file is refused', async () => {
    await expect(infer('empty.csv', '')).rejects.toThrow('is empty');
  });
});

describe('the proposal', () => {
  test('passes the check of an estate, which keeps its comments', async () => {
    const proposal = await infer('a.csv', 'Compound ID,no,Note: x\nx,NO,1\ny,yes,2\n');

    const text = withDataset(estate, renderProposal(proposal, { dataset: 'd', source: 'lab' }), 'd', 'decant.yaml');

    expect(text).toContain('# ours');
    expect(parseEstate(text, 'decant.yaml').datasets['d']?.contract.columns?.map((c) => c.from)).toEqual([
      'Compound ID',
      undefined,
      'Note: x',
    ]);
  });
});
