/** Workbooks of people, delivered to a place of their own and merged by the real task. */
import { GetTableCommand } from '@aws-sdk/client-glue';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { LedgerRow } from '../../../protocol/ledger.ts';
import { loadEstateSync } from '../../../runtime/estate.ts';
import { Place } from '../transformer/place.ts';

const root = join(__dirname, '..', '..', '..');

export interface Person {
  id: number;
  full_name: string | null;
  street: string;
  city: string;
  state: string;
  zip_code: string | number;
  phone_home: string | null;
  phone_cell: string | null;
  email: string | null;
}
export interface People {
  borrower: Person[];
  role: { borrower_id: number; role_profile: string }[];
}

/** Runs a piece of the example's own generator, which is an ES module. */
const generate = (script: string, input = ''): Buffer =>
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, input, maxBuffer: 1 << 28 });

export const people = (count: number): People =>
  JSON.parse(
    generate(
      `import { people } from './examples/make/people.mjs'; process.stdout.write(JSON.stringify(people(${count})));`,
    ).toString(),
  ) as People;

export const workbook = (of: People): Buffer =>
  generate(
    `import { workbook } from './examples/make/people.mjs'; let text = ''; for await (const c of process.stdin) text += c;
     process.stdout.write(await workbook(JSON.parse(text)));`,
    JSON.stringify(of),
  );

export const tables = [
  'address',
  'email',
  'email_type',
  'phone_number',
  'phone_number_type',
  'role_profile',
  'role_profile_type',
  'user',
  'user_profile',
];

/** A place under the example estate's contract for people. */
export function makePlace(): Promise<Place> {
  const contract = loadEstateSync(join(root, 'decant.yaml')).datasets['people']?.contract;
  if (!contract) throw new Error('the example estate has no dataset people');
  return Place.make(contract);
}

/** Packs one version alone, runs the task, registers; throws when the task fails. */
export async function transformOne(place: Place, row: LedgerRow): Promise<string> {
  const [shard = ''] = await place.pack([row]);
  const { code, log } = await place.run({ shard });
  if (code !== 0) throw new Error(`the task ended with ${code}\n${log}`);
  await place.register(shard);
  return shard;
}

export type Row = Record<string, unknown>;

/** Rows of a merge table as the catalog points at it, without what tells who delivered them last. */
export async function rowsOf(place: Place, table: string, rest = ''): Promise<Row[]> {
  const { Table } = await place.glue.send(new GetTableCommand({ DatabaseName: place.database, Name: table }));
  const prefix = (Table?.StorageDescriptor?.Location ?? '').replace(`s3://${place.buckets.transformed}/`, '');
  const keys = (await place.keys('transformed', prefix)).filter((k) => k.endsWith('.parquet'));
  return place.rows('transformed', keys, '*', rest);
}
