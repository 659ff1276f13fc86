// The page of text that the demo ends with.
import { decant, decantJson } from './decant.mjs';

const queries = [
  'select a.assay, count(*) as results, round(avg(a.ic50_nm), 1) as mean_ic50_nm, count(distinct c.name) as compounds from assays a join compounds c on c.compound_id = a.compound_id group by a.assay order by a.assay',
  'select t.name as kind, count(*) as numbers from phone_number n join phone_number_type t on t.phone_number_type_key = n.phone_number_type_key group by t.name order by t.name',
];

const next = [
  'npx decant quarantine list',
  'npx decant status',
  'npx decant query "select * from user_profile limit 5"',
];

const number = (n) => n.toLocaleString('en-US');

function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let i = 0;
  for (; n >= 1024 && i < units.length - 1; i++) n /= 1024;
  return `${i === 0 ? n : n.toFixed(1)} ${units[i]}`;
}

/** Rows of cells as text, below a heading: figures to the right, words to the left. */
function table([head, ...rows]) {
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length)));
  const figures = head.map((_, i) => rows.every((r) => /^[\d,.]+( [KMG]?i?B)?$/.test(r[i])));
  const cell = (text, i) => (figures[i] ? text.padStart(widths[i]) : text.padEnd(widths[i]));
  return [head, ...rows].map((r) => r.map(cell).join('  ').trimEnd());
}

/** Seconds that the runs of each dataset took. */
async function times() {
  const seconds = new Map();
  for (const run of await decantJson(['runs', '--json'])) {
    seconds.set(run.dataset, (seconds.get(run.dataset) ?? 0) + (run.seconds ?? 0));
  }
  return seconds;
}

async function datasets(status) {
  const seconds = await times();
  const head = ['dataset', 'objects', 'rows in', 'rows out', 'quarantined', 'bytes in', 'bytes out', 'seconds'];
  const rows = status.datasets.map((d) => [
    d.dataset,
    number(Object.values(d.objects).reduce((a, b) => a + b, 0)),
    number(d.rowsIn),
    number(d.rowsOut),
    number(d.rowsQuarantined),
    bytes(d.bytesIn),
    bytes(d.bytesOut),
    (seconds.get(d.dataset) ?? 0).toFixed(1),
  ]);
  return table([head, ...rows]);
}

async function quarantine() {
  const groups = await decantJson(['quarantine', 'list', '--json']);
  if (groups.length === 0) return ['nothing'];
  return table([
    ['dataset', 'reason', 'column', 'rule', 'records'],
    ...groups.map((g) => [g.dataset, g.reason, g.column ?? '', g.rule ?? '', number(g.rows)]),
  ]);
}

const indent = (lines) => lines.map((l) => (l ? `  ${l}` : l));

/** `objects` and `rows`: what this run delivered and changed. */
export async function page({ status, objects, rows, seconds }) {
  const answers = [];
  for (const sql of queries)
    answers.push(`  ${sql}`, '', ...indent((await decant(['query', sql])).trimEnd().split('\n')), '');
  return [
    '',
    `${number(objects)} objects, ${number(rows)} rows changed, in ${seconds.toFixed(0)} s`,
    '',
    'What arrived, and what became of it',
    ...indent(await datasets(status)),
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
