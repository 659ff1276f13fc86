import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { down, up } from '../../../local/supervisor.ts';
import { readReport } from '../../../local/emulator.ts';
import { connect } from './aws.ts';
import { apiChecks } from './checks/apis.ts';
import { athenaChecks } from './checks/athena.ts';
import { catalogChecks } from './checks/catalog.ts';
import { cloudFormationChecks } from './checks/cloudformation.ts';
import { eventChecks } from './checks/events.ts';
import { glueChecks } from './checks/glue.ts';
import { objectChecks } from './checks/objects.ts';
import { stateChecks } from './checks/states.ts';
import { taskChecks } from './checks/tasks.ts';

const checks = [
  ...apiChecks,
  ...catalogChecks,
  ...cloudFormationChecks,
  ...eventChecks,
  ...glueChecks,
  ...objectChecks,
  ...taskChecks,
  ...stateChecks,
  ...athenaChecks,
];
/** These have tests of their own. */
const elsewhere = ['task_process', 'autosave', 'queue_urls', 'queue_in_flight', 'sfn_resume'];
const dir = join(process.cwd(), 'build', 'test', 'emulator-open');
const taskDirs = [join(process.cwd(), 'test', 'emulated', 'local', 'tasks')];
const SLOW_MS = 240_000;
/** At once: enough to overlap the waiting, few enough for two cores. */
const PARALLEL = 4;

/** Asks every check's question. What an observation throws is its answer. */
async function observeAll(endpoint: string): Promise<Map<string, unknown>> {
  const aws = connect(endpoint);
  const answers = new Map<string, unknown>();
  const waiting = [...checks];
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      answers.set(check.gap, await check.observe(aws).catch((error: Error) => error.message));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return answers;
}

describe('the embedded AWS answers as AWS does:', () => {
  let answers: Map<string, unknown>;
  beforeAll(async () => {
    answers = await observeAll(process.env['AWS_ENDPOINT_URL'] ?? '');
  }, SLOW_MS);

  test.each(checks)('$title', ({ gap, mended }) => {
    expect(answers.get(gap)).toEqual(mended);
  });

  test('every gap that is mended has a check', async () => {
    const { gaps } = await readReport(process.env['AWS_ENDPOINT_URL'] ?? '');

    expect([...checks.map((c) => c.gap), ...elsewhere].sort()).toEqual([...gaps].sort());
  });
});

describe('the emulator by itself does not yet, so that the gap is one:', () => {
  let answers: Map<string, unknown>;
  beforeAll(async () => {
    await down({ dir });
    await rm(dir, { recursive: true, force: true });
    const { endpoint } = await up({ dir, taskDirs, without: checks.map((c) => c.gap) });
    answers = await observeAll(endpoint);
  }, SLOW_MS);
  afterAll(() => down({ dir }), SLOW_MS);

  test.each(checks)('$title', ({ gap, open }) => {
    expect(answers.get(gap)).toEqual(open);
  });
});
