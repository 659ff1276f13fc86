// npm run scale: writes docs/scale.md, what 100 million and a billion molecules take, from the measured rates in bench/results.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const rowsOf = (bench) => JSON.parse(readFileSync(join(root, 'bench', 'results', `${bench}.json`), 'utf8')).rows;
const measured = (bench, label) => {
  const row = rowsOf(bench).find((r) => r.label.trim() === label);
  if (!row) throw new Error(`bench/results/${bench}.json has no row "${label}"; run: npm run bench -- ${bench}`);
  return row.value;
};

/** List prices of us-east-1, in USD; check them before you plan with them. */
const PRICE = { glueDpuHour: 0.44, vectorsGbMonth: 0.06, vectorsPutGb: 0.2, s3GbMonth: 0.023 };
/** A G.1X worker has 4 vCPU, which are hyper-threads: two of them do about what 1.3 cores of the measurements do. */
const CORES_A_WORKER = 2.6;
/** vectors/s that one S3 Vectors index takes (S3 user guide, s3-vectors-limitations). */
const VECTORS_A_SECOND = 2500;
/** Share of Spark's CPU that is the work itself; the rest is the engine (bench `embed`, the job against one process). */
const sparkShare = () => {
  const row = rowsOf('embed').find((r) => r.label.startsWith('Spark job'));
  return row?.ratio ? 1 / row.ratio : 1 / 1.63;
};

const chemistry = measured('embed', 'RDKit: canonical SMILES and InChIKey');
const mini = measured('embed', 'ours in Node, canonical SMILES to vector');
const large = measured('embed', '3 × 384, our batches by length');
const search64 = measured('search', 'ours, top 10 of 1,000,000 × 64, on the clock');
const search384 = measured('search', 'ours, top 10 of 1,000,000 × 384, on the clock');

const n = (x, digits = 0) =>
  x.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits });
const bytes = (b) => (b >= 1e12 ? `${n(b / 1e12, 2)} TB` : `${n(b / 1e9, 1)} GB`);

const models = [
  { name: 'shipped, 2 × 64', rate: mini, dimension: 64, search: search64 },
  { name: 'shape of ChemBERTa-77M, 3 × 384', rate: large, dimension: 384, search: search384 },
];

function row({ name, rate, dimension }, molecules) {
  const coreHours = (molecules * (1 / rate + 1 / chemistry)) / 3600;
  const withSpark = coreHours / sparkShare();
  const workers = Math.min(100, Math.max(2, Math.ceil(withSpark / CORES_A_WORKER / 4)));
  const hours = withSpark / CORES_A_WORKER / workers;
  const stored = molecules * dimension * 4;
  return `| ${name} | ${n(coreHours)} | ${n(withSpark)} | ${workers} | ${n(hours, 1)} | ${n(workers * hours * PRICE.glueDpuHour)} | ${bytes(stored)} | ${bytes(stored / 2)} |`;
}

function vectors({ name, dimension, search }, molecules) {
  const stored = molecules * (dimension * 4 + 200);
  const hours = molecules / VECTORS_A_SECOND / 3600;
  return `| ${name} | ${n(hours, 0)} | ${n((stored / 1e9) * PRICE.vectorsPutGb)} | ${n((stored / 1e9) * PRICE.vectorsGbMonth)} | ${n((search * molecules) / 1e6 / 1000, 1)} s |`;
}

const section = (molecules, title) => `## ${title}

| model | core-hours of work | with Spark | Glue workers (G.1X) | hours | USD | vectors in the lake, fp32 | fp16 |
|---|---|---|---|---|---|---|---|
${models.map((m) => row(m, molecules)).join('\n')}

| vector index | hours to write, one index | USD to write | USD a month | one exact search, one core |
|---|---|---|---|---|
${models.map((m) => vectors(m, molecules)).join('\n')}
`;

writeFileSync(
  join(root, 'docs', 'scale.md'),
  `# A hundred million molecules, and a billion

Written by \`npm run scale\` from what \`npm run bench -- embed\` and \`-- search\` measured last on one machine: ${n(chemistry)} molecules
a CPU-second for canonical SMILES and InChIKey, ${n(mini)} for tokens and vector of the shipped model, ${n(large)} for the larger shape; Spark
spends ${n(1 / sparkShare(), 2)} × the CPU of one process doing the same. For the shipped model chemistry costs more than the model.

Assumed: a G.1X worker does what ${CORES_A_WORKER} of the measured cores do; four hours are wanted, within 2 to 100 workers (\`embeddings.workers\`); ${PRICE.glueDpuHour} USD a
DPU-hour; S3 Vectors ${PRICE.vectorsPutGb} USD a GB written, ${PRICE.vectorsGbMonth} a GB-month, 200 bytes of metadata a vector. None of it was run at this size.

${section(1e8, '100 million')}
${section(1e9, 'A billion')}
## Limits on the way

- One S3 Vectors index takes 2,500 vectors a second and 2 billion vectors of at most 4,096 components. A billion vectors take days to write,
  in pieces that resume; the lake has them long before.
- An exact file is read whole into memory: up to some millions of vectors of 64 components it is the simpler index; beyond, \`vectors: s3-vectors\`.
- What is known already is found by comparing keys: 100 million keys of 64 characters are 6.4 GB that Spark shuffles for each run. Runs of a
  dataset are gathered (\`embeddings.gatherMinutes\`) so that this is paid seldom.
- fp16 halves what the lake stores, not what is computed.
- Publishing to a PostgreSQL is for what applications read: a billion molecules with ${n(23)} endpoints are 23 billion rows there.
`,
);
