import { describe, expect, test } from '@jest/globals';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { CLAIM_SECONDS, type LedgerRow } from '../../../protocol/ledger.ts';
import { WorkKeys } from '../../../protocol/keys.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Place, type ContractInput } from './place.ts';

const csv: ContractInput = {
  format: 'csv',
  columns: [{ name: 'id', type: 'bigint', nullable: false }, { name: 'name' }],
};

const shardOf = (key: string): string => WorkKeys.shard.parse(key)?.shard ?? '';

/** Objects a0.csv … with two rows each. */
async function delivered(place: Place, count: number) {
  const rows = [];
  for (let i = 0; i < count; i++) rows.push(await place.put(`a${i}.csv`, `id,name\n${2 * i},x\n${2 * i + 1},y\n`));
  const [shard = ''] = await place.pack(rows);
  return { rows, shard };
}

const ids = async (place: Place) => (await place.tableRows('assays', 'id', 'ORDER BY id')).map((r) => Number(r['id']));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('a task killed with -9', () => {
  test.each([
    ['when it has claimed', '"message":"claimed"'],
    ['when it has committed, before the ledger', '"message":"committed"'],
  ])('%s is taken over by its retry, with the same bytes and every row once', async (_when, line) => {
    const place = await Place.make(csv);
    const { rows, shard } = await delivered(place, 20);
    const killed = await place.run({ shard }, { onLine: (l, p) => void (l.includes(line) && p.kill('SIGKILL')) });
    const before = await place.hashes('assays');

    const again = await place.run({ shard }, { retry: 1 });

    expect([killed.code, again.code]).toEqual(['SIGKILL', 0]);
    expect(await ids(place)).toEqual(upTo(40));
    expect(await place.hashes('assays')).toMatchObject(before);
    expect(new Set(await Promise.all(rows.map((r) => place.state(r))))).toEqual(new Set(['transformed']));
  });

  test('at any request leaves nothing lost or doubled', async () => {
    const place = await Place.make(csv);
    const { rows, shard } = await delivered(place, 5);
    const proxy = await FaultProxy.start();
    let retry = 0;

    for (let n = 1; n < 60; n += 4) {
      const seen = proxy.requests;
      const { code } = await place.run(
        { shard },
        {
          retry: retry++,
          env: proxy.env,
          onStart: (p) => proxy.onRequest((total) => void (total - seen >= n && p.kill('SIGKILL'))),
        },
      );
      if (code === 0) break;
    }
    proxy.onRequest(() => undefined);
    const last = await place.run({ shard }, { retry });
    await proxy.stop();

    expect(last.code).toBe(0);
    expect(await ids(place)).toEqual(upTo(10));
    expect((await place.result(shard))?.run).toBe('run-1');
    expect(await Promise.all(rows.map((r) => place.state(r)))).toEqual(rows.map(() => 'transformed'));
  });
});

describe('claims', () => {
  test('of two tasks for one shard at once one ends with 75, and the data is there once', async () => {
    const place = await Place.make(csv);
    const { shard } = await delivered(place, 10);

    const [a, b] = await Promise.all([place.run({ shard }), place.run({ shard })]);

    // The later one may find the shard committed already: it then has nothing to do.
    expect([0, 75]).toContain(Math.max(Number(a.code), Number(b.code)));
    expect(Math.min(Number(a.code), Number(b.code))).toBe(0);
    expect(await ids(place)).toEqual(upTo(20));
  });

  test('a task that meets an unexpired claim ends with 75 and writes nothing', async () => {
    const place = await Place.make(csv);
    const { shard } = await delivered(place, 1);
    await place.ledger.claim({ shard: shardOf(shard), fence: 1000, owner: 'another', run: 'run-0' });

    const { code } = await place.run({ shard });

    expect(code).toBe(75);
    expect(await place.keys('transformed')).toEqual([]);
  });

  test('an expired claim is taken over, and its run stays on the rows', async () => {
    const place = await Place.make(csv);
    const { shard } = await delivered(place, 1);
    const long = Math.floor(Date.now() / 1000) - CLAIM_SECONDS - 1;
    await place.ledger.claim({ shard: shardOf(shard), fence: 1000, owner: 'another', run: 'run-0', now: long });

    const { code } = await place.run({ shard });

    expect(code).toBe(0);
    expect(await place.tableRows('assays', 'DISTINCT _run')).toEqual([{ _run: 'run-0' }]);
  });

  test('a task that lost its claim commits nothing', async () => {
    const place = await Place.make(csv);
    const { shard } = await delivered(place, 30);
    const later = { shard: shardOf(shard), fence: 9000, owner: 'later', run: 'run-9' };

    const { code } = await place.run(
      { shard },
      { onLine: (l) => void (l.includes('"claimed"') && place.ledger.claim(later)) },
    );

    expect(code).toBe(1);
    expect(await place.result(shard)).toBeUndefined();
  });

  test('SIGTERM gives the claim back and commits nothing', async () => {
    const place = await Place.make(csv);
    const { shard } = await delivered(place, 30);

    const { code } = await place.run(
      { shard },
      { onLine: (l, p) => void (l.includes('"claimed"') && p.kill('SIGTERM')) },
    );

    expect(code).toBe(143);
    expect(await place.result(shard)).toBeUndefined();
    expect((await place.ledger.readClaim(shardOf(shard)))?.expires).toBe(0);
  });
});

describe('the ledger and the result', () => {
  test('a ledger that is behind the data is brought up to it, without doing anything twice', async () => {
    const place = await Place.make(csv);
    const { rows, shard } = await delivered(place, 3);
    await place.run({ shard });
    const before = await place.hashes('assays');
    for (const row of rows) {
      await place.dynamo.send(
        new DeleteItemCommand({
          TableName: place.table,
          Key: { object: { S: row.object }, version: { S: row.version } },
        }),
      );
      await place.ledger.record(row);
    }
    await place.ledger.bindAll(rows, { shard: shardOf(shard), contract: place.set.hash, attempt: 1 });

    const { code } = await place.run({ shard }, { attempt: 2 });

    expect(code).toBe(0);
    expect(await Promise.all(rows.map((r) => place.state(r)))).toEqual(rows.map(() => 'transformed'));
    expect(await place.hashes('assays')).toEqual(before);
  });

  test('a member that is bound to another shard is skipped', async () => {
    const place = await Place.make(csv);
    const [a, b] = [await place.put('a.csv', 'id,name\n1,x\n'), await place.put('b.csv', 'id,name\n2,y\n')];
    const [own = ''] = await place.pack([b]);
    const [both = ''] = await place.pack([a, b]);

    await place.run({ shard: own });
    await place.run({ shard: both });

    expect((await place.result(both))?.members.map((m) => m.state)).toEqual(['transformed', 'skipped']);
    expect(await ids(place)).toEqual([1, 2]);
  });
});

describe('one poison object among 100', () => {
  test('99 are done, 1 is quarantined, and the register function names it', async () => {
    const place = await Place.make({ ...csv, maxBadRows: 0 });
    const rows = [];
    for (let i = 0; i < 100; i++)
      rows.push(await place.put(`${i}.csv`, i === 41 ? 'id,name\nnot a number,x\n' : `id,name\n${i},x\n`));
    const [shard = ''] = await place.pack(rows);

    const { code } = await place.run({ shard });
    const output = await place.register(shard);

    expect(code).toBe(0);
    expect(await ids(place)).toEqual(upTo(100).filter((i) => i !== 41));
    expect(output).toMatchObject({
      objects: 100,
      objectsQuarantined: 1,
      firstQuarantined: 'lab/assays/41.csv',
      shardsLeft: 0,
    });
    expect([await place.state(rows[40] as LedgerRow), await place.state(rows[41] as LedgerRow)]).toEqual([
      'transformed',
      'quarantined',
    ]);
  });

  test('replacing the object supersedes it', async () => {
    const place = await Place.make({ ...csv, maxBadRows: 0 });
    const bad = await place.put('a.csv', 'id,name\nx,x\n');
    const [first = ''] = await place.pack([bad]);
    await place.run({ shard: first });
    const good = await place.put('a.csv', 'id,name\n1,x\n');
    const [second = ''] = await place.pack([good]);

    await place.run({ shard: second });

    expect(await Promise.all([bad, good].map((r) => place.state(r)))).toEqual(['superseded', 'transformed']);
  });
});

describe('S3 and DynamoDB in trouble', () => {
  test.each([
    ['S3 answers 503', { service: 's3' as const, status: 503, code: 'SlowDown' }],
    ['DynamoDB throttles', { service: 'dynamodb' as const, status: 400, code: 'ThrottlingException' }],
    ['DynamoDB answers 500', { service: 'dynamodb' as const, status: 500, code: 'InternalServerError' }],
  ])('when %s now and then, the task still ends well', async (_what, fault) => {
    const place = await Place.make(csv);
    const { shard } = await delivered(place, 10);
    const proxy = await FaultProxy.start();
    proxy.failEvery(4, fault);

    const { code } = await place.run({ shard }, { env: proxy.env });
    await proxy.stop();

    expect(proxy.failed).toBeGreaterThan(0);
    expect(code).toBe(0);
    expect(await ids(place)).toEqual(upTo(20));
  });

  test('a download that dies in the middle is taken up where it stopped', async () => {
    const place = await Place.make(csv);
    const body = `id,name\n${upTo(200_000)
      .map((i) => `${i},name ${i}\n`)
      .join('')}`;
    const [shard = ''] = await place.pack([await place.put('big.csv', body)]);
    const proxy = await FaultProxy.start();
    proxy.cutBodies(3, 1_000_000);

    const { code, log } = await place.run({ shard }, { env: proxy.env });
    await proxy.stop();

    expect({ code, cuts: proxy.cuts, log: code === 0 ? '' : log }).toEqual({ code: 0, cuts: 3, log: '' });
    expect((await place.result(shard))?.rowsOut).toBe(200_000);
  });

  test('when S3 stays down, the task fails and another one does the work', async () => {
    const place = await Place.make(csv);
    const { shard } = await delivered(place, 2);
    const proxy = await FaultProxy.start();
    proxy.failEvery(1, { service: 's3', status: 503, code: 'SlowDown' });

    const down = await place.run({ shard }, { env: { ...proxy.env, AWS_MAX_ATTEMPTS: '2' } });
    await proxy.stop();
    const up = await place.run({ shard }, { retry: 1 });

    expect([down.code, up.code]).toEqual([1, 0]);
    expect(await ids(place)).toEqual(upTo(4));
  });
});
