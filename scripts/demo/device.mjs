// Brings one dataset on a Snowball device: order, approval, copy, return, import, proof.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decant, decantJson } from './decant.mjs';

const DATASET = 'structures';
const FOLDER = `examples/data/${DATASET}`;
const LOOK_MS = 1000;
/** The embedded devices travel in seconds; after so long something is wrong. */
const PATIENCE_MS = 5 * 60_000;
const address = {
  Name: 'Anna Muster',
  Street1: 'Hauptstrasse 1',
  City: 'Basel',
  Country: 'CH',
  PostalCode: '4000',
  PhoneNumber: '+41 61 000 00 00',
};

const orders = () => decantJson(['snowball', 'status', DATASET, '--json']);

async function until(what, look) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = look((await orders())[0]);
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}; look at: npx decant snowball status`);
    await sleep(LOOK_MS);
  }
}

/** Imports the dataset unless it was; files that are in the raw bucket now and were not before. */
export async function importDevice(root, say) {
  const [known] = await orders();
  if (known?.state === 'imported') return 0;
  say(`bringing ${FOLDER} on a Snowball device`);
  if (!known) {
    const file = join(root, '.decant', 'address.json');
    writeFileSync(file, JSON.stringify(address));
    await decant(['snowball', 'address', file]);
    await decant(['snowball', 'order', DATASET]);
  }
  const { order, state } = await until('the question to the approver', (o) => o);
  if (state === 'waits for approval') await approve(order, say);
  const { jobId } = await until('the device', (o) => o.jobs.find((j) => j.state === 'WithCustomer'));
  say(`  the device is here: ${jobId}`);
  await decant(['snowball', 'unlock', jobId]);
  await decant(['snowball', 'load', jobId, FOLDER]);
  await decant(['snowball', 'return', jobId]);
  say('  loaded and sent back');
  await until('the import', (o) => o.state === 'imported');
  await decant(['snowball', 'report', DATASET]);
  const { matched } = await decantJson(['snowball', 'import-check', DATASET, '--from', FOLDER, '--json']);
  say(`  ${matched} files came in as they were loaded`);
  return matched;
}

/** The question is on its way for a moment before it can be answered. */
async function approve(order, say) {
  for (let tries = 1; ; tries++) {
    try {
      await decant(['snowball', 'approve', order]);
      say(`  order ${order} approved`);
      return;
    } catch (error) {
      if (tries === 20) throw error;
      await sleep(LOOK_MS);
    }
  }
}
