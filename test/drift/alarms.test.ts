import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alarms } from '../../protocol/alarms.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const articles = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
);

// Whether the commands exist is asked by commands.test.ts, of all documents.
describe('the runbook', () => {
  it('has an article for every alarm and an alarm for every article, in one order', () => {
    expect([...articles.keys()]).toEqual(Object.keys(alarms));
  });

  it.each([...articles])('says of %s what it means, what to check, how to fix it and what not to do', (_id, text) => {
    const parts = [...text.matchAll(/^\*\*(Means\.|Check\.|Fix\.|Do not)\*\*/gm)].map((m) => m[1]);

    expect(parts).toEqual(['Means.', 'Check.', 'Fix.', 'Do not']);
  });

  it.each([...articles])('gives a command to check and one to fix %s', (_id, text) => {
    const [check = '', fix = ''] = text.split('**Fix.**');

    expect([check, fix].map((part) => part.includes('```sh\nnpx decant '))).toEqual([true, true]);
  });
});
