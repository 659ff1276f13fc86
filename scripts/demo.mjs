// npm run demo [-- --down]: takes the example estate through the really deployed app, and prints what became of it.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decant, decantJson } from './demo/decant.mjs';
import { importDevice } from './demo/device.mjs';
import { embedAll, similar } from './demo/molecules.mjs';
import { page } from './demo/page.mjs';
import { sumOf, settled } from './demo/settle.mjs';
import { activateAgent, setUpServers } from './demo/site.mjs';
import { transfer } from './demo/transfers.mjs';

const HELP = `usage: npm run demo [-- --down]

  Starts the embedded AWS, deploys all stacks with the CDK CLI, moves examples/data by DataSync and by one Snowball device,
  waits until it is transformed and its molecules are embedded, and asks the prediction API for neighbours of one. A second run
  moves and changes nothing.

  --down   stop what the demo started; its data stays in .decant/local

examples:
  npm run demo
  npm run demo -- --down`;

const root = join(import.meta.dirname, '..');
const say = (text) => process.stderr.write(`${text}\n`);

async function demo() {
  const started = Date.now();
  const local = await decantJson(['local', 'status', '--json'], { accept: [0, 1] });
  if (!local.running) {
    say('starting the embedded AWS');
    await decant(['local', 'up']);
  }
  const { endpoint } = await decantJson(['local', 'status', '--json']);
  setUpServers();
  await activateAgent(endpoint);
  say('deploying all stacks with the CDK CLI');
  await decant(['local', 'deploy']);

  const before = await decantJson(['status', '--json']);
  const objects =
    (await transfer({ endpoint, first: sumOf(before).objects === 0 }, say)) + (await importDevice(root, say));
  if (objects > 0) say('waiting for the pipeline: S3 event, arrivals, ledger, workflow, transformer, Parquet, catalog');
  const status = await settled(before, objects, say);
  const embedded = await embedAll(say);
  const molecules = await similar();
  const rows = Math.abs(sumOf(status).rowsIn - sumOf(before).rowsIn);
  console.log(await page({ status, objects, rows, embedded, molecules, seconds: (Date.now() - started) / 1000 }));
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
