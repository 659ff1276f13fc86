/** Rows of merge tables without a key: they can be neither merged nor told apart, so their whole object waits in quarantine. */
import { tablesOf, type Contract } from '../../../protocol/contract.ts';
import type { Shard } from '../../../protocol/shard.ts';
import type { TableFile } from '../engine/engine.ts';
import type { Task } from '../task/context.ts';
import { rowsOf, withDuck } from '../../../runtime/duck.ts';
import { sqlName, sqlText } from '../../../runtime/sql/text.ts';
import { replayId, type Quarantine } from '../task/members.ts';

/** Members with such rows, with the table, the key columns and how many rows. */
export async function missingKeys(
  task: Task,
  { header, members }: Shard,
  contract: Contract,
  files: readonly TableFile[],
  scratch: string,
): Promise<Quarantine[]> {
  const merged = tablesOf(header.dataset, contract).filter(({ table }) => table.mode === 'merge');
  if (merged.length === 0) return [];
  const byId = new Map(members.map((m) => [replayId(m), m]));
  const found = new Map<string, Quarantine>();
  await withDuck({ ...task.config, scratch }, async (c) => {
    for (const { name, table } of merged) {
      const file = files.find((f) => f.table === name);
      if (!file) continue;
      const rows = await rowsOf(
        c,
        `SELECT _source_key AS key, _source_version AS version, count(*) AS n FROM read_parquet(${sqlText(file.path)})
         WHERE ${table.keys.map((k) => `${sqlName(k)} IS NULL`).join(' OR ')} GROUP BY ALL`,
      );
      for (const r of rows) {
        const id = replayId({ key: String(r['key']), version: String(r['version']) });
        const member = byId.get(id);
        if (!member || found.has(id)) continue;
        found.set(id, {
          member,
          code: 'select_failed',
          message: `table ${name}: ${Number(r['n'])} rows have no value in key (${table.keys.join(', ')})`,
        });
      }
    }
  });
  return [...found.values()];
}
