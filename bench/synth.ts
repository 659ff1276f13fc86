/** What the synthesis of a small estate and of one with 60 datasets takes, and all tests of the templates. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { measure, type Taken } from './synth/measure.ts';
import { median, type BenchRow, type BenchTable } from './table.ts';

const root = join(import.meta.dirname, '..');
const SMALL = 3;
const LARGE = 60;
const ROUNDS = 3;
const TIMES_BAR = 3;
const TESTS_BAR = 60;

/** dev and prod in accounts and Regions of their own; every dataset has a DataSync task of its own in both. */
function estateOf(datasets: number): object {
  const agents = { site: { arn: 'arn:aws:datasync:eu-central-1:111111111111:agent/agent-0123456789abcdef0' } };
  const environment = { kind: 'dev', account: '111111111111', region: 'eu-central-1', agents };
  const contract = {
    objects: '**/*.csv',
    format: 'csv',
    columns: [{ name: 'id', type: 'bigint', nullable: false }, { name: 'name' }, { name: 'value', type: 'double' }],
  };
  return {
    estate: 'bench',
    environments: {
      dev: environment,
      prod: { ...environment, kind: 'prod', account: '222222222222', region: 'eu-west-1', evidenceYears: 1 },
    },
    sources: { lab: { kind: 'nfs', location: 'filer.example.com:/export', agents: ['site'] } },
    datasets: Object.fromEntries(
      Array.from({ length: datasets }, (_, i) => [`dataset-${i}`, { source: 'lab', contract }]),
    ),
  };
}

interface Synthesis extends Taken {
  readonly peakMiB: number;
  readonly resources: number;
}

/** One start of the app, as the CDK CLI starts it; without the bundle, which does not depend on the estate. */
function synthesize(folder: string, datasets: number, validation: boolean): Synthesis {
  const [estate, out, peak] = ['estate.yaml', 'out', 'peak'].map((name) => join(folder, `${datasets}-${name}`));
  if (!estate || !out || !peak) throw new Error('unreachable');
  writeFileSync(estate, stringify(estateOf(datasets)));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
  const argv = ['--import', join(import.meta.dirname, 'synth', 'peak.mjs'), '--import', 'tsx', 'bin/app.ts'];
  const taken = measure(process.execPath, argv, root, {
    CDK_OUTDIR: out,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, estate }),
    CDK_VALIDATION: String(validation),
    PEAK_FILE: peak,
  });
  const resources = readdirSync(out)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => JSON.parse(readFileSync(join(out, file), 'utf8')) as { Resources: object })
    .reduce((sum, template) => sum + Object.keys(template.Resources).length, 0);
  return { ...taken, peakMiB: Number(readFileSync(peak, 'utf8')) / 1024, resources };
}

const rowsOf = (label: string, runs: readonly Synthesis[]): BenchRow[] => [
  { label: `${label}: CPU`, value: median(runs.map((r) => r.cpuSec)), unit: 'CPU-s' },
  { label: `${label}: wall`, value: median(runs.map((r) => r.wallSec)), unit: 's' },
  { label: `${label}: peak memory`, value: median(runs.map((r) => r.peakMiB)), unit: 'MiB' },
];

export function run(): Promise<BenchTable> {
  measure(process.execPath, ['scripts/bundle.mjs'], root, {});
  const folder = mkdtempSync(join(tmpdir(), 'decant-bench-synth-'));
  try {
    const began = loadavg()[0] ?? 0;
    synthesize(folder, SMALL, false); // What tsx compiles it keeps; the first run would pay for all.
    // In turn, so that both meet the same neighbours.
    const pairs = Array.from({ length: ROUNDS }, () => [
      synthesize(folder, SMALL, false),
      synthesize(folder, LARGE, false),
    ]);
    const small = pairs.flatMap(([first]) => first ?? []);
    const large = pairs.flatMap(([, second]) => second ?? []);
    const judged = synthesize(folder, SMALL, true);
    const tests = measure(process.execPath, ['node_modules/jest/bin/jest.js', '--selectProjects', 'infra'], root, {});
    const times = median(large.map((r) => r.cpuSec)) / median(small.map((r) => r.cpuSec));
    const [few, many] = [`${SMALL} datasets`, `${LARGE} datasets`];
    return Promise.resolve({
      name: 'synth',
      rows: [
        ...rowsOf(few, small),
        ...rowsOf(many, large),
        {
          label: `${many} against ${few}`,
          value: times,
          unit: '× the CPU',
          bar: `≤ ${TIMES_BAR} ×`,
          ok: times <= TIMES_BAR,
        },
        ...rowsOf(`${few}, with every judge`, [judged]),
        {
          label: 'tests of all templates, with their one synthesis',
          value: tests.cpuSec,
          unit: 'CPU-s',
          bar: `≤ ${TESTS_BAR} CPU-s`,
          ok: tests.cpuSec <= TESTS_BAR,
        },
        { label: 'tests of all templates: wall', value: tests.wallSec, unit: 's' },
      ],
      notes: [
        `dev and prod of one file: ${small[0]?.resources} resources of ${few}, ${large[0]?.resources} of ${many}, each with a DataSync task in both`,
        `median of ${ROUNDS} rounds, in turn; the validator and the packs of cdk-nag are left out but where it says so (once)`,
        `the bundle of the programs is made before; load of the machine ${began.toFixed(1)} at the start, ${(loadavg()[0] ?? 0).toFixed(1)} at the end`,
      ],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
