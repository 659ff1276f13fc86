// npm run demo [-- --down]: takes the example estate through the really deployed app, and prints what became of it.
import { parseArgs } from 'node:util';
import { decant, decantJson } from './demo/decant.mjs';
import { page } from './demo/page.mjs';
import { sumOf, settled } from './demo/settle.mjs';

const HELP = `usage: npm run demo [-- --down]

  Starts the embedded AWS, deploys all stacks with the CDK CLI, delivers examples/data, and waits until it is transformed.
  A second run delivers and changes nothing.

  --down   stop what the demo started; its data stays in .decant/local

examples:
  npm run demo
  npm run demo -- --down`;

/** What is delivered: folder below examples/data, and the dataset that it belongs to. */
const deliveries = ['compounds', 'assays', 'structures', 'people'];

const say = (text) => process.stderr.write(`${text}\n`);

async function demo() {
  const started = Date.now();
  const local = await decantJson(['local', 'status', '--json'], { accept: [0, 1] });
  if (!local.running) {
    say('starting the embedded AWS');
    await decant(['local', 'up']);
  }
  say('deploying all stacks with the CDK CLI');
  await decant(['local', 'deploy']);

  const before = await decantJson(['status', '--json']);
  let objects = 0;
  for (const dataset of deliveries) {
    say(`delivering examples/data/${dataset}`);
    const report = await decantJson(['put', `examples/data/${dataset}`, '--dataset', dataset, '--json']);
    objects += report.delivered.objects;
  }
  if (objects > 0) say('waiting for the pipeline: S3 event, arrivals, ledger, workflow, transformer, Parquet, catalog');
  const status = await settled(before, objects, say);
  const rows = Math.abs(sumOf(status).rowsIn - sumOf(before).rowsIn);
  console.log(await page({ status, objects, rows, seconds: (Date.now() - started) / 1000 }));
}

const { values } = parseArgs({ options: { down: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
try {
  if (values.help) console.log(HELP);
  else if (values.down) await decant(['local', 'down'], { show: true });
  else await demo();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
