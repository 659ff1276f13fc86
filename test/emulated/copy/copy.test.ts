import { afterEach, describe, expect, it } from '@jest/globals';
import { makeCopyEnvironment, type CopyEnvironment } from './source.ts';

let env: CopyEnvironment;
afterEach(() => env.remove());

describe('decant copy run', () => {
  it('copies a folder by a batch job, keys as they are', async () => {
    env = await makeCopyEnvironment();
    const odd = ['assays/a b+c%d.csv', 'assays/ü//x,"y".csv', 'assays/2026/', 'assays/empty.csv'];
    for (const key of odd) await env.put(key, key.endsWith('/') || key.includes('empty') ? '' : `text of ${key}`);

    const { code, err } = await env.decant('copy', 'run', 'assays', '--json');

    expect(code === 0 ? '' : err).toBe('');
    expect([...(await env.raw()).keys()].sort()).toEqual(odd.map((k) => `partner/${k}`).sort());
  });
});
