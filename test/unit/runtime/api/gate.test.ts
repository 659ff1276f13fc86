import { describe, expect, test } from '@jest/globals';
import { Gate } from '../../../../runtime/api/gate.ts';
import type { KnownMolecule, MoleculeStore } from '../../../../runtime/api/molecule-cache.ts';
import { MoleculeCache, RecentMolecules } from '../../../../runtime/api/molecule-cache.ts';
import { MemoryMolecules } from '../../../../runtime/api/memory.ts';
import { ApiProblem } from '../../../../runtime/api/problem.ts';

describe('the gate', () => {
  test('lets so many in at once; the next is told 503 with Retry-After, and later gets in', async () => {
    const gate = new Gate(2);
    const leave: (() => void)[] = [];
    const inside = [0, 1].map(() => gate.pass(() => new Promise<void>((resolve) => leave.push(resolve))));

    const refused: unknown = await gate.pass(() => Promise.resolve()).catch((error: unknown) => error);
    leave.forEach((go) => go());
    await Promise.all(inside);

    expect(refused).toBeInstanceOf(ApiProblem);
    expect([(refused as ApiProblem).status, (refused as ApiProblem).headers['Retry-After']]).toEqual([503, '1']);
    expect(await gate.pass(() => Promise.resolve('in'))).toBe('in');
  });

  test('is left by work that fails, too', async () => {
    const gate = new Gate(1);
    await gate.pass(() => Promise.reject(new Error('broken'))).catch(() => undefined);

    expect(await gate.pass(() => Promise.resolve('in'))).toBe('in');
  });
});

const molecule = (moleculeKey: string): KnownMolecule => ({
  moleculeKey,
  canonical: 'C',
  inchikey: undefined,
  tokens: 3,
  truncated: false,
  embedding: new Float32Array(1),
  targets: new Float64Array(1),
});

describe('the cache', () => {
  test('asks its table once for a molecule, and for nothing that it has just stored', async () => {
    const store = new MemoryMolecules();
    const asked: string[] = [];
    const counting: MoleculeStore = {
      get: (keys) => (asked.push(...keys), store.get(keys)),
      put: (all) => store.put(all),
      byInchikey: (inchikey) => store.byInchikey(inchikey),
    };
    await store.put([molecule('a')]);
    const cache = new MoleculeCache(counting, () => undefined);
    await cache.put([molecule('b')]);

    await cache.get(['a', 'b']);
    await cache.get(['a', 'b']);

    expect(asked).toEqual(['a']);
  });

  test('answers without its table when that is down, and complains', async () => {
    const complaints: unknown[] = [];
    const down = (): Promise<never> => Promise.reject(new Error('down'));
    const cache = new MoleculeCache({ get: down, put: down }, (error) => complaints.push(error));

    await cache.put([molecule('a')]);
    const found = await cache.get(['a', 'b']);

    expect([...found.keys()]).toEqual(['a']);
    expect(complaints).toHaveLength(2);
  });

  test('forgets what was asked for longest ago', () => {
    const recent = new RecentMolecules(2);
    for (const key of ['a', 'b']) recent.put(molecule(key));
    recent.get('a');

    recent.put(molecule('c'));

    expect(['a', 'b', 'c'].map((key) => recent.get(key)?.moleculeKey)).toEqual(['a', undefined, 'c']);
  });
});
