import { describe, expect, test } from '@jest/globals';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { WorkKeys } from '../../../protocol/keys.ts';
import { writeShard } from '../../../runtime/shards.ts';
import { Place, type ContractInput } from './place.ts';

const csv: ContractInput = {
  format: 'csv',
  options: { quotedNewlines: false },
  columns: [{ name: 'id', type: 'bigint', nullable: false }, { name: 'name' }],
};
const ids = async (place: Place) => (await place.tableRows('assays', 'id', 'ORDER BY id')).map((r) => Number(r['id']));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('a list of shards', () => {
  async function listed(place: Place, bodies: readonly string[]) {
    const shards: string[] = [];
    for (const [i, body] of bodies.entries()) shards.push(...(await place.pack([await place.put(`${i}.csv`, body)])));
    const list = WorkKeys.list.key({ dataset: 'assays', list: 'b1', part: '0' });
    await place.s3.send(new PutObjectCommand({ Bucket: place.buckets.work, Key: list, Body: shards.join('\n') }));
    return { list, shards };
  }

  test('is worked through by one task, and registered as one', async () => {
    const place = await Place.make(csv);
    const { list } = await listed(
      place,
      upTo(3).map((i) => `id,name\n${i},x\n`),
    );

    const { code } = await place.run({ list });
    const output = await place.register('', list);

    expect(code).toBe(0);
    expect(output).toMatchObject({ objects: 3, rowsIn: 3, shardsLeft: 0, tables: ['assays'] });
    expect(await ids(place)).toEqual([0, 1, 2]);
  });

  test('goes on after a shard that cannot be read, and fails at its end', async () => {
    const place = await Place.make(csv);
    const { list, shards } = await listed(
      place,
      upTo(3).map((i) => `id,name\n${i},x\n`),
    );
    await place.s3.send(
      new PutObjectCommand({ Bucket: place.buckets.work, Key: shards[0] ?? '', Body: 'not a shard' }),
    );

    const { code } = await place.run({ list });
    const output = await place.register('', list);

    expect(code).toBe(1);
    expect(output.shardsLeft).toBe(1);
    expect(await ids(place)).toEqual([1, 2]);
  });

  test('is finished by a second task after the first one was killed, with nothing twice', async () => {
    const place = await Place.make(csv);
    const { list } = await listed(
      place,
      upTo(4).map((i) => `id,name\n${i},x\n`),
    );
    let committed = 0;
    await place.run(
      { list },
      { onLine: (l, p) => void (l.includes('"committed"') && ++committed === 2 && p.kill('SIGKILL')) },
    );

    const { code } = await place.run({ list }, { retry: 1 });

    expect(code).toBe(0);
    expect(await ids(place)).toEqual([0, 1, 2, 3]);
  });
});

describe('one object by hand', () => {
  test('that arrivals never saw is recorded, bound to a shard of its own and transformed', async () => {
    const place = await Place.make(csv);
    await place.s3.send(
      new PutObjectCommand({ Bucket: place.buckets.raw, Key: place.key('a.csv'), Body: 'id,name\n7,x\n' }),
    );

    const { code, log } = await place.run({ object: place.key('a.csv') });

    expect(code).toBe(0);
    expect(log).toContain('"rowsOut":1');
    expect(await ids(place)).toEqual([7]);
  });

  test('that does not exist is misuse', async () => {
    const place = await Place.make(csv);

    const { code } = await place.run({ object: place.key('none.csv') });

    expect(code).toBe(2);
  });
});

describe('an object cut into parts', () => {
  test('gives each row once, has one ledger state, and sums that are those of the object', async () => {
    const place = await Place.make(csv);
    const body = `id,name\n${upTo(2000)
      .map((i) => `${i},name ${i}\n`)
      .join('')}`;
    const row = await place.put('big.csv', body);
    const shards = await place.pack([row], { maxObjects: 1000, maxBytes: 8000 });

    const ended = [];
    for (const shard of shards) ended.push(await place.run({ shard }));

    expect(shards.length).toBeGreaterThan(2);
    expect(new Set(ended.map((e) => e.code))).toEqual(new Set([0]));
    expect(await ids(place)).toEqual(upTo(2000));
    expect(await place.ledger.get(row.object, row.version)).toMatchObject({
      state: 'transformed',
      rowsIn: 2000,
      rowsOut: 2000,
    });
  });
});

describe('a replay of quarantined rows', () => {
  test('emits just the rows that were quarantined and now fit, in a file of its own', async () => {
    const place = await Place.make({
      ...csv,
      columns: [
        { name: 'id', type: 'bigint' },
        { name: 'name', allowed: ['x'] },
      ],
    });
    const row = await place.put('a.csv', 'id,name\n1,x\n2,y\n3,z\n');
    const [first = ''] = await place.pack([row]);
    await place.run({ shard: first });
    const set = await place.under({
      ...csv,
      columns: [
        { name: 'id', type: 'bigint' },
        { name: 'name', allowed: ['x', 'y'] },
      ],
    });
    const shard = WorkKeys.shard.parse(first)?.shard ?? '';
    const { readShard } = await import('../../../runtime/shards.ts');
    const old = await readShard(place.buckets.work, first, place.s3);
    const header = { ...old.header, shard: `${shard}-r1`, contract: set.hash, replayOf: shard };
    await writeShard(place.buckets.work, { header, members: old.members }, place.s3);

    const { code } = await place.run({ shard: WorkKeys.shard.key(header) });

    expect(code).toBe(0);
    expect(await ids(place)).toEqual([1, 2]);
    expect(await place.result(WorkKeys.shard.key(header))).toMatchObject({ rowsIn: 2, rowsOut: 1, rowsQuarantined: 1 });
  });
});

describe('privacy', () => {
  test('values of sensitive columns are in no log, result or reason', async () => {
    const secret = 'Eleanor Rigby';
    const place = await Place.make({
      ...csv,
      columns: [
        { name: 'id', type: 'bigint' },
        { name: 'name', sensitivity: 'personal', allowed: ['x'] },
      ],
    });
    const [shard = ''] = await place.pack([await place.put('a.csv', `id,name\n1,${secret}\n2,x\n`)]);

    const { log } = await place.run({ shard });

    const reasons = await place.rows('quarantine', await place.keys('quarantine', 'reasons/'));
    const said = `${log}${JSON.stringify(await place.result(shard))}${JSON.stringify(reasons, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))}`;
    expect(reasons).toHaveLength(1);
    expect(said).not.toContain('Rigby');
  });
});

describe('members that bring no row', () => {
  test('a version that is gone for good goes to quarantine, and the others are done', async () => {
    const place = await Place.make(csv);
    const rows = [await place.put('a.csv', 'id,name\n1,x\n'), await place.put('b.csv', 'id,name\n2,x\n')];
    const [shard = ''] = await place.pack(rows);
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    await place.s3.send(
      new DeleteObjectCommand({ Bucket: place.buckets.raw, Key: place.key('a.csv'), VersionId: rows[0]?.version }),
    );

    const { code } = await place.run({ shard });

    expect(code).toBe(0);
    expect((await place.result(shard))?.members.map((m) => [m.state, m.reason?.code])).toEqual([
      ['quarantined', 'object_missing'],
      ['transformed', undefined],
    ]);
  });

  test('one that does not fit the scratch disk is refused with the reason, before it is fetched', async () => {
    const place = await Place.make({ ...csv, options: {} });
    const row = await place.put('huge.csv', 'id,name\n1,x\n');
    const [shard = ''] = await place.pack([{ ...row, size: 9 * 1024 ** 3 }]);

    const { code } = await place.run({ shard });

    expect(code).toBe(0);
    expect((await place.result(shard))?.members[0]).toMatchObject({
      state: 'quarantined',
      reason: { code: 'too_large' },
      rowsIn: 0,
    });
  });
});
