import { describe, expect, test } from '@jest/globals';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { peerPython } from '../../../bench/peers.ts';
import { Place, type ContractInput } from './place.ts';

const contract: ContractInput = {
  format: 'csv',
  columns: [
    { name: 'id', type: 'bigint' },
    { name: 'zip' },
    { name: 'price', type: 'decimal(20,4)' },
    { name: 'day', type: 'date' },
    { name: 'seen', type: 'timestamptz' },
  ],
};
const body =
  'id,zip,price,day,seen\n9007199254740993,06705,1234567890123456.7890,2024-02-29,2024-02-29T12:00:00+02:00\n';

async function transformed() {
  const place = await Place.make(contract);
  const [shard = ''] = await place.pack([await place.put('a.csv', body, '2026-11-20T10:00:00.000Z')]);
  await place.run({ shard });
  await place.register(shard);
  return place;
}

async function query(place: Place, sql: string): Promise<(string | undefined)[][]> {
  const athena = new AthenaClient({
    endpoint: process.env['AWS_ENDPOINT_URL'] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      QueryExecutionContext: { Database: place.database },
      ResultConfiguration: { OutputLocation: `s3://${place.buckets.work}/athena/` },
    }),
  );
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const state = QueryExecution?.Status?.State;
    if (state === 'SUCCEEDED') break;
    if (state === 'FAILED' || state === 'CANCELLED') throw new Error(QueryExecution?.Status?.StateChangeReason);
    await sleep(50);
  }
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return (ResultSet?.Rows ?? []).slice(1).map((r) => (r.Data ?? []).map((d) => d.VarCharValue));
}

describe('what is written can be read', () => {
  test('by a query of the table, with its partition', async () => {
    const place = await transformed();

    const rows = await query(place, 'SELECT id, zip, delivery_date FROM assays');

    expect(rows).toEqual([['9007199254740993', '06705', '2026-11-20']]);
  });

  test('by a query of the view, which hides rows of a superseded version', async () => {
    const place = await transformed();
    const [shard = ''] = await place.pack([
      await place.put('a.csv', body.replace('06705', '06706'), '2026-11-21T10:00:00.000Z'),
    ]);
    await place.run({ shard });
    await place.register(shard);

    expect(await query(place, 'SELECT zip FROM assays ORDER BY zip')).toEqual([['06705'], ['06706']]);
    expect(await query(place, 'SELECT zip FROM assays_current')).toEqual([['06706']]);
  });

  test.each([
    ['pyarrow', 'import pyarrow.parquet as p; rows = p.read_table(sys.argv[1]).to_pylist()'],
    ['pandas', 'import pandas; rows = pandas.read_parquet(sys.argv[1]).to_dict("records")'],
  ])(
    'by %s, with the same values',
    async (_, read) => {
      const python = peerPython();
      if (!python) throw new Error('bench/requirements.txt cannot be installed: is there a Python with venv?');
      const place = await transformed();
      const folder = await mkdtemp(join(tmpdir(), 'readers-'));
      const [key = ''] = await place.keys('transformed', 'assays/');
      await writeFile(join(folder, 'a.parquet'), await place.bytes('transformed', key));

      const script = `import sys, json; ${read}; print(json.dumps(rows[0], default=str))`;
      const { stdout } = spawnSync(python, ['-c', script, join(folder, 'a.parquet')], { encoding: 'utf8' });
      await rm(folder, { recursive: true });

      expect(JSON.parse(stdout)).toMatchObject({
        zip: '06705',
        price: '1234567890123456.7890',
        day: '2024-02-29',
        seen: '2024-02-29 10:00:00+00:00',
      });
      expect(stdout).toContain('"id": 9007199254740993');
    },
    300_000,
  );
});
