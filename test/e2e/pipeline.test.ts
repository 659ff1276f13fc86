/**
 * The deployed app under faults. One app for all, since it takes half a minute to deploy; every question has a dataset of its
 * own.
 */
import { afterAll, beforeAll, jest, test, expect } from '@jest/globals';
import { App } from './app.ts';
import { arrivals } from './pipeline/arrivals.ts';
import { halfway, together } from './pipeline/bulk.ts';
import { contracts } from './pipeline/contracts.ts';
import { before } from './pipeline/estate.ts';
import { compaction, huge, poison } from './pipeline/objects.ts';
import { privacy } from './pipeline/privacy.ts';
import { byHand, killed, stopped } from './pipeline/tasks.ts';

jest.setTimeout(300_000);

let started: App;
const app = () => started;
const killedTask = killed(app);

beforeAll(async () => {
  started = await App.start('pipeline', before);
  await killedTask.begin();
});

afterAll(() => started.stop());

arrivals(app);
poison(app);
huge(app);
compaction(app);
stopped(app);
byHand(app);
together(app);
halfway(app);
privacy(app);
contracts(app);
killedTask.end();

test('after all of it ledger, listing and results agree', async () => {
  await started.idle();

  const { code, out } = await started.decant('reconcile', '--dry-run', '--quiet', '--files');

  expect(out).toContain('agree');
  expect(code).toBe(0);
});
