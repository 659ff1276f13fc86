// The page of text that the demo ends with.
import { decant, decantJson } from './decant.mjs';

const queries = [
  'select a.assay, count(*) as results, round(avg(a.ic50_nm), 1) as mean_ic50_nm, count(distinct c.name) as compounds from assays a join compounds c on c.compound_id = a.compound_id group by a.assay order by a.assay',
  'select t.name as kind, count(*) as numbers from phone_number n join phone_number_type t on t.phone_number_type_key = n.phone_number_type_key group by t.name order by t.name',
];

const next = ['npx decant quarantine list', 'npx decant status', 'npx decant query "select * from user_profile limit 5"'];

const number = (n) => n.toLocaleString('en-US');

function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let i = 0;
  for (; n >= 1024 && i < units.length - 1; i++) n /= 1024;
  return `${i === 0 ? n : n.toFixed(1)} ${units[i]}`;
}

/** Rows of cells as text; the first column to the left, the others to the right. */
function table(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((r) => r[i].length)));
  return rows.map((r) => r.map((c, i) => (i === 0 ? c.padEnd(widths[i]) : c.padStart(widths[i]))).join('  ').trimEnd());
}

function datasets(status) {
  const head = ['dataset', 'objects', 'rows in', 'rows out', 'quarantined', 'bytes in', 'bytes out', 'seconds'];
  const rows = status.datasets.map((d) => [
    d.dataset,
    number(Object.values(d.objects).reduce((a, b) => a + b, 0)),
    number(d.rowsIn),
    number(d.rowsOut),
    number(d.rowsQuarantined),
    bytes(d.bytesIn),
    bytes(d.bytesOut),
    (d.seconds ?? 0).toFixed(1),
  ]);
  return table([head, ...rows]);
}

async function quarantine() {
  const { groups } = await decantJson(['quarantine', 'list', '--json']);
  if (groups.length === 0) return ['nothing'];
  return table([
    ['dataset', 'reason', 'column', 'rule', 'records'],
    ...groups.map((g) => [g.dataset, g.reason, g.column ?? '', g.rule ?? '', number(g.records)]),
  ]);
}

const indent = (lines) => lines.map((l) => (l ? `  ${l}` : l));

/** `objects` and `rows`: what this run delivered and changed. */
export async function page({ status, objects, rows, seconds }) {
  const answers = [];
  for (const sql of queries) answers.push(`  ${sql}`, '', ...indent((await decant(['query', sql])).trimEnd().split('\n')), '');
  return [
    '',
    `${number(objects)} objects, ${number(rows)} rows changed, in ${seconds.toFixed(0)} s`,
    '',
    'What arrived, and what became of it',
    ...indent(datasets(status)),
    '',
    `Known to no contract: ${status.unclassified.objects}${status.unclassified.first.map((k) => ` (${k})`).join('')}`,
    '',
    'In quarantine, and why',
    ...indent(await quarantine()),
    '',
    'Two questions to Athena',
    ...answers,
    'Next',
    ...indent(next),
  ].join('\n');
}
