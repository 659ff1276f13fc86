import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dialectOf } from '../../../../../containers/transformer/formats/csv/dialect.ts';
import { fastScan } from '../../../../../containers/transformer/formats/csv/fast-scan.ts';
import { RecordSplitter } from '../../../../../containers/transformer/formats/csv/records.ts';
import { text, transform } from '../engine/harness.ts';
import { reference } from './reference.ts';

const COLUMNS = 3;
const contract = { format: 'csv', columns: text('a', 'b', 'c'), maxBadRows: 1000 } as const;

const cell = fc.oneof(
  fc.constantFrom(
    '',
    '""',
    'x',
    '12',
    'NA',
    '#',
    '"a,b"',
    '"two\nlines"',
    '"a ""q"" b"',
    '5" pipe',
    ' ',
    '"é"',
    '\\"',
    '"\r\n"',
  ),
  fc.stringMatching(/^[a-z0-9 ]{0,6}$/),
);
const row = fc.array(cell, { minLength: COLUMNS, maxLength: COLUMNS }).map((cells) => cells.join(','));
const raggedRow = fc.array(cell, { minLength: 1, maxLength: 5 }).map((cells) => cells.join(','));
const odd = fc.constantFrom(
  '1,2,"open',
  '1,"a"b,2',
  '1,2,',
  '1,2,3,',
  ',,',
  ',,,',
  '',
  '"',
  '"",""',
  '1,2,"',
  '\r',
  'a\rb,c,d',
  '#,1,2',
  '1,"x\\",2',
  '1,"a",b"',
  '1,2,3\x00',
);
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r');
const file = (ends: fc.Arbitrary<string>) =>
  fc
    .array(
      fc.tuple(
        fc.oneof({ weight: 6, arbitrary: row }, { weight: 1, arbitrary: raggedRow }, { weight: 1, arbitrary: odd }),
        ends,
      ),
      { maxLength: 12 },
    )
    .map((lines) => lines.flat().join(''));
const damaged = fc.oneof(
  file(fc.constant('\n')),
  file(fc.constant('\r\n')),
  file(lineEnd),
  fc.array(row, { maxLength: 12 }).map((r) => r.join('\n')),
);

const isGood = (r: { cells: unknown[]; bad: boolean; raw: string }) =>
  !r.bad && r.cells.length === COLUMNS && !r.raw.includes('\0');

test('whatever the damage, every record comes out as the row that an independent reader sees, or as a reject', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(damaged, { minLength: 1, maxLength: 8 }), async (bodies) => {
      const { outcomes, tables, payloads } = await transform(
        contract,
        bodies.map((b) => `a,b,c\n${b}`),
      );

      const rows = tables['data'] ?? [];
      for (const [i, body] of bodies.entries()) {
        const expected = reference(Buffer.from(body).toString('latin1'));
        const mine = rows
          .filter((r) => r['_source_version'] === `v${i}`)
          .map((r) => [Number(r['_source_row']), r['a'], r['b'], r['c']]);
        const utf8 = (c: string | null) => (c === null ? null : Buffer.from(c, 'latin1').toString('utf8'));
        expect(mine).toEqual(expected.flatMap((r, n) => (isGood(r) ? [[n + 1, ...r.cells.map(utf8)]] : [])));
        expect(outcomes[i]).toMatchObject({
          rowsIn: expected.length,
          rowsOut: mine.length,
          rowsQuarantined: expected.length - mine.length,
        });
        const bad = expected.filter((r) => !isGood(r)).map((r) => r.raw);
        expect(payloads[i]?.toString('latin1') ?? '').toBe(bad.join(''));
      }
    }),
    { numRuns: 400 },
  );
}, 120_000);

test.each(Array.from({ length: 64 }, (_, i) => i + 1))('chunks of %i bytes change nothing', async (chunkBytes) => {
  const healthy = 'a,b,c\n1,"x ""q"" y",3\n2,"line\nbreak",é\n,,\n"",z,"last"';
  const folder = mkdtempSync(join(tmpdir(), 'scan-'));
  writeFileSync(join(folder, 'f'), healthy);
  const dialect = dialectOf('csv', {});
  const exact: string[] = [];
  const splitter = new RecordSplitter(
    dialect,
    (r) => void exact.push(`${r.offset}+${r.length}:${r.cells}:${r.bytes?.toString() ?? ''}`),
  );

  const scanned = await fastScan(join(folder, 'f'), { dialect, from: 6, columns: 3, chunkBytes });
  const bytes = Buffer.from(healthy);
  for (let at = 0; at < bytes.length; at += chunkBytes) splitter.push(bytes.subarray(at, at + chunkBytes));
  splitter.end();

  rmSync(folder, { recursive: true });
  expect([scanned?.index.records, scanned?.longest, exact]).toEqual([
    4,
    17,
    ['0+5:3:a,b,c', '6+15:3:1,"x ""q"" y",3', '22+17:3:2,"line\nbreak",é', '40+2:3:,,', '43+11:3:"",z,"last"'],
  ]);
});
