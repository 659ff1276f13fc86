import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Place } from '../transformer/place.ts';
import { makePlace, people, transformOne, rowsOf, tables, workbook, type People, type Row } from './delivery.ts';

const of1000 = people(1000);
const damaged = new Set([18, 401, 734]); // no name, no address of e-mail, a ZIP code of letters

const byKey = (rows: Row[], key: string) => new Map(rows.map((r) => [r[key], r]));
const text = (rows: Row[]) => JSON.stringify(rows, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));

/** Values alone: what a reader of the table sees, without who delivered the row and in which run. */
const values = (rows: Row[]) =>
  rows.map((r) => Object.fromEntries(Object.entries(r).filter(([n]) => !n.startsWith('_'))));

describe('a workbook of two sheets', () => {
  let place: Place;
  const table = new Map<string, Row[]>();
  const rows = (name: string): Row[] => table.get(name) ?? [];

  beforeAll(async () => {
    place = await makePlace();
    await transformOne(place, await place.put('people.xlsx', workbook(of1000), '2026-11-01T08:00:00.000Z'));
    for (const name of tables) table.set(name, await rowsOf(place, name));
  }, 120_000);

  test('becomes nine tables', () => {
    expect(tables.filter((name) => rows(name).length > 0)).toEqual(tables);
    expect(tables).toHaveLength(9);
  });

  test('puts just the damaged people into quarantine', () => {
    const ids = new Set(rows('user').map((r) => Number(r['user_id'])));

    expect(of1000.borrower.map((p) => p.id).filter((id) => !ids.has(id))).toEqual([...damaged]);
  });

  test.each([
    ['user_profile', 'user_key', 'user', 'user_key'],
    ['email', 'user_key', 'user', 'user_key'],
    ['email', 'email_type_key', 'email_type', 'email_type_key'],
    ['address', 'user_key', 'user', 'user_key'],
    ['phone_number', 'user_key', 'user', 'user_key'],
    ['phone_number', 'phone_number_type_key', 'phone_number_type', 'phone_number_type_key'],
    ['role_profile', 'role_profile_type_key', 'role_profile_type', 'role_profile_type_key'],
  ])('%s.%s joins %s', (from, column, to, key) => {
    const known = new Set(rows(to).map((r) => r[key]));

    expect(rows(from).filter((r) => !known.has(r[column]))).toEqual([]);
  });

  test('joins roles with users, but for the people in quarantine', () => {
    const known = new Set(rows('user').map((r) => r['user_key']));
    const orphans = new Set(
      rows('role_profile')
        .map((r) => r['user_key'])
        .filter((k) => !known.has(k)),
    );

    const waiting = [...damaged].filter((id) => of1000.role.some((r) => r.borrower_id === id));
    expect(orphans.size).toBe(waiting.length);
  });

  test.each(tables)('%s has dates and authors of creation and update', (name) => {
    const [first] = rows(name);

    expect(Object.keys(first ?? {})).toEqual(
      expect.arrayContaining(['created_date', 'created_by', 'updated_date', 'updated_by']),
    );
    expect(first?.['created_by']).toBe(place.key('people.xlsx'));
    expect(first?.['created_date']).not.toBeNull();
  });

  test.each([
    ['role_profile_type', 'name', () => new Set(of1000.role.map((r) => r.role_profile)).size],
    ['email_type', 'domain', () => 4],
    ['phone_number_type', 'name', () => 2],
  ])('%s holds each %s once', (name, column, count) => {
    const seen = rows(name).map((r) => r[column]);

    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(count());
  });

  test('makes no phone row where there is no phone', () => {
    const good = of1000.borrower.filter((p) => !damaged.has(p.id));
    const given = (n: string | null) => n !== null && n !== 'N/A' && n !== '-';
    const expected = good.reduce((n, p) => n + Number(given(p.phone_home)) + Number(given(p.phone_cell)), 0);

    expect(rows('phone_number')).toHaveLength(expected);
    expect(expected).toBeLessThan(good.length * 2);
  });

  test('keeps leading zeros of ZIP codes, and repairs and flags those that lost theirs', () => {
    const user = byKey(rows('user'), 'user_key');
    const byId = new Map(rows('address').map((r) => [Number(user.get(r['user_key'])?.['user_id']), r]));
    const good = of1000.borrower.filter((p) => !damaged.has(p.id));
    const kept = good.find(
      (p) => typeof p.zip_code === 'string' && p.zip_code.startsWith('0') && p.zip_code.length === 5,
    );
    const lost = good.filter((p) => typeof p.zip_code === 'number');

    expect(byId.get(kept?.id ?? 0)).toMatchObject({ zip_code: kept?.zip_code, zip_repaired: false });
    expect(lost.length).toBeGreaterThan(50);
    for (const p of lost) expect(byId.get(p.id)).toMatchObject({ zip_code: `0${p.zip_code}`, zip_repaired: true });
    expect(rows('address').filter((r) => r['zip_repaired']).length).toBe(lost.length);
  });

  test('keeps last names of several words', () => {
    const waals = rows('user_profile').find((r) => String(r['full_name']).endsWith('van der Waals'));

    expect(waals?.['last_name']).toBe('van der Waals');
    expect(String(waals?.['first_name'])).not.toContain(' ');
  });
});

describe('deliveries of a workbook, one after the other', () => {
  const before = people(60);
  const changed: People = structuredClone(before);
  const [someone, another] = [changed.borrower[3], changed.borrower[9]];
  if (someone) someone.street = '1 New Street';
  if (another) another.email = 'moved@example.org';
  const dates = ['2026-11-01T08:00:00.000Z', '2026-11-02T08:00:00.000Z'] as const;

  const all = async (place: Place): Promise<Record<string, Row[]>> =>
    Object.fromEntries(
      await Promise.all(tables.map(async (t) => [t, values(await rowsOf(place, t, 'ORDER BY 1'))] as const)),
    );

  test('change nothing when the workbook is the same, and keep the dates of creation', async () => {
    const place = await makePlace();
    await transformOne(place, await place.put('people.xlsx', workbook(before), dates[0]));
    const first = await all(place);

    const shard = await transformOne(place, await place.put('people.xlsx', workbook(before), dates[1]));
    const again = await all(place);
    const result = await place.result(shard);

    expect(text(Object.values(again).flat())).toBe(text(Object.values(first).flat()));
    expect(result?.tables.map((t) => t.merge)).toHaveLength(9);
    for (const t of result?.tables ?? []) expect(t.merge).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
  }, 120_000);

  test('update just the rows that changed', async () => {
    const place = await makePlace();
    await transformOne(place, await place.put('people.xlsx', workbook(before), dates[0]));
    const shard = await transformOne(place, await place.put('people.xlsx', workbook(changed), dates[1]));

    const result = await place.result(shard);
    const updated = Object.fromEntries((result?.tables ?? []).map((t) => [t.table, t.merge?.updated]));
    const inserted = Object.fromEntries((result?.tables ?? []).map((t) => [t.table, t.merge?.inserted]));
    const moved = (await rowsOf(place, 'address')).filter(
      (r) => String(r['updated_date']) !== String(r['created_date']),
    );

    expect(updated).toMatchObject({ address: 1, user: 0, user_profile: 0, phone_number: 0, email_type: 0 });
    expect(inserted).toMatchObject({ email: 1, address: 0 }); // the address is the natural key of an e-mail
    expect(moved.map((r) => r['street'])).toEqual(['1 New Street']);
  }, 120_000);

  test('end the same when the newer one is processed first', async () => {
    const inOrder = await makePlace();
    for (const [i, book] of [before, changed].entries()) {
      await transformOne(inOrder, await inOrder.put('people.xlsx', workbook(book), dates[i]));
    }
    const reversed = await makePlace();
    const older = await reversed.put('people.xlsx', workbook(before), dates[0]);
    const newer = await reversed.put('people.xlsx', workbook(changed), dates[1]);
    await transformOne(reversed, newer);
    await transformOne(reversed, older);

    const [a, b] = [await all(inOrder), await all(reversed)];

    for (const name of tables) expect({ [name]: text(b[name] ?? []) }).toEqual({ [name]: text(a[name] ?? []) });
  }, 180_000);
});
