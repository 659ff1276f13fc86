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

/** Cells that held a molecule, what stood in them, and how many molecules that is, by dataset. */
function embeddings(counts) {
  const head = ['dataset', 'cells', 'texts', 'molecules', 'invalid'];
  return table([head, ...counts.map((c) => head.map((h) => (h === 'dataset' ? c[h] : number(Number(c[h])))))]);
}

/** Some of what is predicted for one molecule, and the molecules that are most like it. */
function neighbours({ compound, predicted, neighbours, model }) {
  const shown = predicted.predictions.filter(
    (p) => ['MolWt', 'MolLogP', 'TPSA'].includes(p.endpoint) || p.status !== 'descriptor',
  );
  const { nearest_similarity, in_domain } = predicted.applicability;
  const values = shown.map((p) => [p.endpoint, p.value.toFixed(2), p.unit, p.status]);
  const found = neighbours.map((n) => [String(n.rank + 1), n.score.toFixed(4), n.canonical_smiles]);
  const domain = `${in_domain ? 'in' : 'out of'} domain (${nearest_similarity.toFixed(3)} to the nearest that the model has seen)`;
  return [
    `${compound.name}, ${domain}, by ${model.name}@${model.version}`,
    '',
    ...table([['endpoint', 'value', 'unit', 'status'], ...values]),
    '',
    ...table([['rank', 'similarity', 'molecule'], ...found]),
  ];
}

const indent = (lines) => lines.map((l) => (l ? `  ${l}` : l));

/** `objects` and `rows`: what this run delivered and changed. `embedded`: counts of each dataset with molecules. */
export async function page({ status, objects, rows, embedded, molecules, seconds }) {
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
    'Molecules, embedded and predicted',
    ...indent(embeddings(embedded)),
    '',
    'One question to the prediction API, with a token of the user pool',
    ...indent(neighbours(molecules)),
    '',
    'Next',
    ...indent(next),
  ].join('\n');
}
