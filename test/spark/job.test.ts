/** The embedding job in Spark on this machine: the script that Glue runs. One session for all, since it takes seconds to start. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeExamples } from './job/examples.ts';
import { describeNumbers } from './job/numbers.ts';
import { describeReal } from './job/real.ts';
import { describeRuns } from './job/runs.ts';
import { describeSources } from './job/sources.ts';
import { describeWorker } from './job/worker.ts';
import { noSpark, Python, scratch, titled } from './support/python.ts';

(noSpark ? describe.skip : describe)(titled('the embedding job', noSpark), () => {
  const dir = join(scratch, 'job');
  let python: Python | undefined;
  const session = (): Python => {
    if (!python) throw new Error('the session is not up');
    return python;
  };

  beforeAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    python = await Python.start();
  }, 900_000);
  afterAll(() => python?.stop());

  describeRuns(session, join(dir, 'runs'));
  describeSources(session, join(dir, 'sources'));
  describeNumbers(session, join(dir, 'numbers'));
  describeWorker(session, join(dir, 'worker'));
  describeExamples(session, join(dir, 'examples'));
  describeReal(session, join(dir, 'real'));
});
