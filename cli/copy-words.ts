/** What `decant copy` says. */
import { movingWays, stayingWays, type CopyRoute, type CopyWay, type StayingWay } from '../protocol/copy.ts';
import type { Count, Counts } from '../runtime/copy/plan.ts';
import type { Settled } from '../runtime/copy/record.ts';
import type { Slice } from '../runtime/copy/slices.ts';
import { formatBytes, formatTable } from './table.ts';

const wayWords: Record<CopyWay, string> = {
  batch: 'S3 Batch Operations',
  single: 'own copies, renamed on the way',
  parts: 'own copies in parts',
  ...stayingWays,
};

export const say = ({ objects, bytes }: Count): string =>
  `${objects.toLocaleString('en-US')} objects, ${formatBytes(bytes)}`;

/** A plan as a table, a way a line; ways that no object takes are left out. */
export function planText(
  route: CopyRoute,
  plan: {
    readonly listed: Count;
    readonly counts: Counts;
    readonly slices: readonly Pick<Slice, 'way'>[];
    readonly refused: Readonly<Record<string, number>>;
  },
): string {
  const ways = [...movingWays, ...(Object.keys(stayingWays) as StayingWay[])];
  const rows = ways
    .filter((w) => plan.counts[w].objects > 0)
    .map((w) => {
      const slices = plan.slices.filter((s) => s.way === w).length;
      const { objects, bytes } = plan.counts[w];
      return [w, objects, formatBytes(bytes), slices > 0 ? slices : undefined, wayWords[w]];
    });
  const columns = [
    'way',
    { title: 'objects', align: 'right' as const },
    { title: 'bytes', align: 'right' as const },
    { title: 'slices', align: 'right' as const },
    'how',
  ];
  const reasons = Object.entries(plan.refused).map(([why, n]) => `  ${n.toLocaleString('en-US')} refused: ${why}\n`);
  const renamed =
    route.batchPrefix === undefined && plan.counts.single.objects > 0
      ? `  a batch copy cannot take ${route.sourcePrefix} off the keys; above some million objects transfer.by: datasync is faster\n`
      : '';
  return (
    `${route.dataset}: ${say(plan.listed)} in s3://${route.bucket}/${route.sourcePrefix} → ${route.targetPrefix}\n` +
    (rows.length > 0 ? formatTable(columns, rows) : '') +
    reasons.join('') +
    renamed
  );
}

const settledWords: Record<Settled, string> = {
  gone: 'gone at the source since it was listed',
  restore: 'archived: restore them, then run again',
  refused: 'cannot be copied',
};

export interface ProgressOfCopy {
  readonly copy: string;
  readonly planned: Count;
  readonly moved: Count;
  readonly settled: Readonly<Record<Settled, Count>>;
  readonly open: Count;
  readonly codes: Readonly<Record<string, number>>;
  readonly waiting: Count;
}

/** How far a copy is, in a line or a few. */
export function stateText(dataset: string, s: ProgressOfCopy): string {
  const parts = [`${say(s.moved)} of ${say(s.planned)} copied`];
  if (s.waiting.objects > 0) parts.push(`${say(s.waiting)} wait`);
  for (const [way, count] of Object.entries(s.settled) as [Settled, Count][])
    if (count.objects > 0) parts.push(`${count.objects.toLocaleString('en-US')} ${settledWords[way]}`);
  if (s.open.objects > 0) {
    const codes = Object.entries(s.codes).map(([code, n]) => `${code} ${n.toLocaleString('en-US')}`);
    parts.push(`${say(s.open)} failed (${codes.join(', ')}): decant copy retry ${dataset}`);
  }
  return `${dataset} ${s.copy}: ${parts.join('; ')}\n`;
}
