import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeEnvironment, type SmallEnvironment } from './environment.ts';

let env: SmallEnvironment;
beforeAll(async () => {
  env = await makeEnvironment(`  assays: { source: share, contract: { format: csv, columns: [{ name: id }] } }\n`);
});
afterAll(() => env.remove());

const sql = "select n, t from (values (1, 'a,b'), (2, null), (3, '')) as v(n, t) order by n";

describe('decant query', () => {
  test('prints a table', async () => {
    const { out, code } = await env.decant('query', sql);

    expect({ code, out }).toEqual({ code: 0, out: 'n  t\n1  a,b\n2  -\n3\n' });
  });

  test('tells null from an empty text in CSV', async () => {
    const { out } = await env.decant('query', sql, '--format', 'csv');

    expect(out).toBe('n,t\n1,"a,b"\n2,\n3,""\n');
  });

  test('stops at --max-rows and says that there are more', async () => {
    const { out, err } = await env.decant('query', sql, '--json', '--max-rows', '2');

    expect((JSON.parse(out) as { rows: unknown[] }).rows).toHaveLength(2);
    expect(err).toContain('there are more');
  });

  test("gives Athena's own words when a statement fails, and exits 1", async () => {
    const { code, err } = await env.decant('query', 'select * from nowhere');

    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^Athena: .*nowhere/) as unknown });
  });

  test('refuses a format that does not exist', async () => {
    expect(await env.decant('query', 'select 1', '--format', 'xml')).toMatchObject({ code: 2 });
  });
});
