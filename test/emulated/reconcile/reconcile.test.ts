import { describe, expect, jest, test } from '@jest/globals';
import { DeleteItemCommand, DeleteTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { WorkKeys } from '../../../protocol/keys.ts';
import type { LedgerRow } from '../../../protocol/ledger.ts';
import { reconcile } from '../../../runtime/reconcile.ts';
import { createTable, emulatedWorkplace, ended, type EmulatedWorkplace } from '../arrivals/workplace.ts';
import { commit } from './results.ts';

// Hundreds of requests to a busy emulator: slow is no failure.
jest.setTimeout(120_000);

const keys = ['a b', 'c+d', 'e%20f', 'g//h', 'i/', 'ü🧪'].map((k) => `lab/assays/${k}`);

async function put(work: EmulatedWorkplace, key: string, body = 'id\n1\n'): Promise<string> {
  const { VersionId } = await work.s3.send(
    new PutObjectCommand({ Bucket: work.rawBucket, Key: key, Body: Buffer.from(body) }),
  );
  return VersionId ?? 'null';
}

/** Every row but what changes with time. */
async function ledgerOf(work: EmulatedWorkplace): Promise<Partial<LedgerRow>[]> {
  const { Items = [] } = await work.dynamo.send(new ScanCommand({ TableName: work.table }));
  const rows = await work.ledger.getMany(
    Items.map((i) => ({ object: i['object']?.S ?? '', version: i['version']?.S ?? '' })),
  );
  const stable = [...rows.values()].map(
    ({ object, version, state, shard, rowsIn, rowsOut, rowsQuarantined, parts, partsDone }) => ({
      ...{ object, version, state, shard, rowsIn, rowsOut, rowsQuarantined, parts, partsDone },
    }),
  );
  return stable.sort((a, b) => (`${a.object}${a.version}` < `${b.object}${b.version}` ? -1 : 1));
}

const lose = async (work: EmulatedWorkplace): Promise<void> => {
  await work.dynamo.send(new DeleteTableCommand({ TableName: work.table }));
  await createTable(work.dynamo, work.table);
};

/** Delivered, packed by reconcile itself, and transformed. */
async function transformed(limits?: { maxObjects: number; maxBytes: number }): Promise<EmulatedWorkplace> {
  const work = await emulatedWorkplace(limits);
  for (const key of keys) await put(work, key);
  await put(work, 'stray');
  await reconcile(work, { ...work, quiet: true });
  for (const shard of await work.shards()) await commit(work, shard);
  return work;
}

describe('reconcile', () => {
  test('records and packs what no event told of', async () => {
    const work = await emulatedWorkplace();
    for (const key of [...keys, 'stray']) await put(work, key);

    const report = await reconcile(work, { ...work, quiet: true });

    expect(report.findings.unrecorded?.count).toBe(7);
    expect((await work.shards()).flatMap((s) => s.members.map((m) => m.key)).sort()).toEqual([...keys].sort());
  });

  test('passes over folders, deleted ones too', async () => {
    const work = await emulatedWorkplace();
    for (const key of ['lab/assays/2025/', 'lab/assays/2026/', 'elsewhere/2026/']) await put(work, key, '');
    for (const Key of ['lab/assays/2026/', 'elsewhere/2026/'])
      await work.s3.send(new DeleteObjectCommand({ Bucket: work.rawBucket, Key }));

    const report = await reconcile(work, { ...work, quiet: true });

    expect([report.listed, report.findings, await ledgerOf(work)]).toEqual([0, {}, []]);
  });

  test('finds nothing where all agree', async () => {
    const work = await transformed();

    const report = await reconcile(work, { ...work, quiet: true });

    expect(report.findings).toEqual({});
  });

  test('rebuilds a lost ledger from the results, row by row as it was', async () => {
    const work = await transformed({ maxObjects: 4, maxBytes: 2 ** 31 });
    const before = await ledgerOf(work);
    await lose(work);
    const executions = (await work.executions()).length;

    const report = await reconcile(work, { ...work, quiet: true });

    expect(before).toHaveLength(7);
    expect(report.findings).toMatchObject({ rebuilt: { count: 6 }, unrecorded: { count: 1 } });
    expect(await ledgerOf(work)).toEqual(before);
    expect(await work.executions()).toHaveLength(executions);
  });

  test('packs only what has no result when the ledger is lost half-way', async () => {
    const work = await emulatedWorkplace({ maxObjects: 2, maxBytes: 2 ** 31 });
    for (const key of keys) await put(work, key);
    await reconcile(work, { ...work, quiet: true });
    const [first] = await work.shards();
    if (first) await commit(work, first);
    await lose(work);

    const report = await reconcile(work, { ...work, quiet: true });

    expect(report.findings).toMatchObject({ rebuilt: { count: 2 }, unrecorded: { count: 4 } });
  });

  test('brings up a row whose last write was lost', async () => {
    const work = await emulatedWorkplace();
    for (const key of keys) await put(work, key);
    await reconcile(work, { ...work, quiet: true });
    for (const shard of await work.shards()) await commit(work, shard, { ledger: false });

    const report = await reconcile(work, { ...work, quiet: true });

    expect(report.findings.behind?.count).toBe(6);
    expect((await ledgerOf(work)).map((r) => [r.state, r.rowsIn])).toEqual(keys.map(() => ['transformed', 10]));
  });

  test('takes back a row whose result does not exist, and starts its next attempt', async () => {
    const work = await transformed();
    const [shard] = await work.shards();
    const Key = WorkKeys.result.key({ dataset: 'assays', shard: shard?.header.shard ?? '' });
    await work.s3.send(new DeleteObjectCommand({ Bucket: work.workBucket, Key }));

    const report = await reconcile(work, work);

    expect(report.findings.resultMissing?.count).toBe(6);
    expect((await work.executions()).some((name) => name.endsWith('-2'))).toBe(true);
  });

  test('deletes open rows whose version is gone', async () => {
    const work = await emulatedWorkplace();
    const version = await put(work, 'stray');
    await reconcile(work, { ...work, quiet: true });
    await work.s3.send(new DeleteObjectCommand({ Bucket: work.rawBucket, Key: 'stray', VersionId: version }));

    const report = await reconcile(work, { ...work, quiet: true });

    expect(report.findings.gone?.count).toBe(1);
    expect((await work.ledger.get(`${work.rawBucket}/stray`, version))?.state).toBe('deleted');
  });

  test('starts a shard again whose execution has ended without result', async () => {
    const work = await emulatedWorkplace();
    await put(work, 'lab/assays/a.csv');
    await reconcile(work, work);
    await ended(work.sfn, work.ingestMachine);

    const report = await reconcile(work, { ...work, quiet: true });

    expect(report.findings.stuck?.count).toBe(1);
  });

  test('starts the next attempt of what it packs where an execution has ended before', async () => {
    const work = await emulatedWorkplace();
    await put(work, 'lab/assays/a.csv');
    await reconcile(work, work);
    await ended(work.sfn, work.ingestMachine);
    await lose(work);

    const report = await reconcile(work, { ...work, quiet: true });

    expect(report.findings.unrecorded?.count).toBe(1);
    expect((await work.executions()).map((name) => name.at(-1)).sort()).toEqual(['1', '2']);
  });

  test('names versions that were transformed in two shards', async () => {
    const work = await transformed();
    const [shard] = await work.shards();
    const key = keys[0] ?? '';
    const member = shard?.members.find((m) => m.key === key);
    const row = await work.ledger.get(`${work.rawBucket}/${key}`, member?.version ?? '');
    const other = 'f'.repeat(24);
    await work.dynamo.send(
      new DeleteItemCommand({
        TableName: work.table,
        Key: { object: { S: row?.object ?? '' }, version: { S: row?.version ?? '' } },
      }),
    );
    await work.ledger.record({ ...(row as LedgerRow), state: 'bound', shard: other });
    if (shard) await commit(work, { header: { ...shard.header, shard: other }, members: shard.members });

    const report = await reconcile(work, { ...work, quiet: true });

    expect(report.findings.doubled).toEqual({ count: 1, first: [key] });
  });

  test('counts the parts of a cut object that are done, and only those', async () => {
    const work = await emulatedWorkplace({ maxObjects: 1000, maxBytes: 100 });
    await put(work, 'lab/assays/huge.csv', 'x'.repeat(250));
    await reconcile(work, work);
    const parts = await work.shards();
    for (const part of parts.slice(0, 2)) await commit(work, part);
    const before = await ledgerOf(work);
    await lose(work);

    await reconcile(work, work);

    expect(before[0]).toMatchObject({ state: 'bound', partsDone: ['p0', 'p1'], rowsIn: 20 });
    expect(await ledgerOf(work)).toEqual(before);
  });

  test('changes nothing in a dry run', async () => {
    const work = await emulatedWorkplace();
    await put(work, 'lab/assays/a.csv');

    const report = await reconcile(work, { ...work, dryRun: true });

    expect(report.findings.unrecorded?.count).toBe(1);
    expect(await ledgerOf(work)).toEqual([]);
  });
});
