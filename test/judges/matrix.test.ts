import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { columns, matrix, matrixText, type Matrix } from './support/matrix.ts';
import { print } from './support/print.ts';

const page = join(import.meta.dirname, '../../docs/judges.md');
const [BEGIN, END] = ['<!-- matrix -->\n\n', '\n\n<!-- end of matrix -->'];

describe('the matrix of judges', () => {
  let found: Matrix = new Map();
  beforeAll(async () => void (found = await matrix()), 600_000);
  print(() => [
    `${found.size} resource types, by the judges that look at them:`,
    ...[...found].map(([type, by]) => `  ${type}: ${[...by].join(', ')}`),
  ]);

  it('has two judges at least for every resource type', () => {
    const alone = [...found].filter(([, by]) => by.size < 2).map(([type, by]) => `${type}: ${[...by].join()}`);

    expect(found.size).toBeGreaterThan(30);
    expect(alone).toEqual([]);
  });

  it.each(columns)('%s looks at some types, and not at all', (column) => {
    const seen = [...found.values()].filter((by) => by.has(column)).length;

    expect(seen).toBeGreaterThan(5);
    if (column !== 'template validator' && column !== 'cfn-lint') expect(seen).toBeLessThan(found.size);
  });

  it('is the one of docs/judges.md, which DECANT_WRITE_DOCS=1 writes', () => {
    const text = readFileSync(page, 'utf8');
    const [before = '', rest = ''] = text.split(BEGIN);
    const [written = '', after = ''] = rest.split(END);
    if (process.env['DECANT_WRITE_DOCS']) {
      writeFileSync(page, `${before}${BEGIN}${matrixText(found)}${END}${after}`);
      return;
    }

    expect(written).toBe(matrixText(found));
  });
});
