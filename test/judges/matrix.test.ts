import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { columns, matrix, matrixText, type Matrix } from './support/matrix.ts';
import { print } from './support/print.ts';

const page = join(import.meta.dirname, '../../docs/judges.md');
/** Types that fewer than two judges know, and what looks at them instead; docs/judges.md lists them. */
const unseen: Readonly<Record<string, string>> = {
  'AWS::DirectConnect::ResiliencyGroup':
    'newer than the judges’ schemas: its L1 class types it, test/infra/network-lines.test.ts looks at it',
};
const [BEGIN, END] = ['<!-- matrix -->\n\n', '\n\n<!-- end of matrix -->'];

describe('the matrix of judges', () => {
  let found: Matrix = new Map();
  beforeAll(async () => void (found = await matrix()), 600_000);
  print(() => [
    `${found.size} resource types, by the judges that look at them:`,
    ...[...found].map(([type, by]) => `  ${type}: ${[...by].join(', ')}`),
  ]);

  it('has two judges at least for every resource type', () => {
    const alone = [...found].filter(([, by]) => by.size < 2).map(([type]) => type);

    expect(found.size).toBeGreaterThan(30);
    expect(alone).toEqual(Object.keys(unseen));
  });

  it.each(Object.entries(unseen))('%s is among what docs/judges.md says no judge sees', (type, reason) => {
    expect(reason.length).toBeGreaterThan(40);
    expect(readFileSync(page, 'utf8').split(END)[1]).toContain(`\`${type}\``);
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
