import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureAttributes } from '../../../local/attributes.ts';
import { ensurePython } from '../../../local/python.ts';

let python = '';
let attributes = '';
beforeAll(async () => {
  python = await ensurePython();
  attributes = await ensureAttributes(process.cwd());
}, 120_000);

/** Changes the emulator as a new release might, then mends all gaps. */
function mendAfter(change: string) {
  const program = `import sys; sys.path.insert(0, ${JSON.stringify(join(process.cwd(), 'local'))})
${change}
from emulator.gaps import mend_all
mend_all()`;
  const env = {
    ...process.env,
    DECANT_LOCAL_CFN_ATTRIBUTES: attributes,
    DECANT_LOCAL_DATA: '/nonexistent',
    PERSIST_STATE: '0',
  };
  const done = spawnSync(python, ['-c', program], { encoding: 'utf8', env });
  return { status: done.status, said: done.stderr.trim().split('\n').at(-1) };
}

describe('a release of the emulator', () => {
  test('that is the tested one fits every gap', () => {
    expect(mendAfter('')).toMatchObject({ status: 0 });
  });

  test('that lacks a replaced function stops the start with the name of the gap', () => {
    const { said } = mendAfter('from ministack.services import sqs; del sqs._receive_messages_for_esm');

    expect(said).toContain(
      'gap queue_batches does not fit this release of the emulator: ministack.services.sqs._receive_messages_for_esm does not exist',
    );
  });

  test('that changes the parameters of a replaced function stops the start', () => {
    const { said } = mendAfter('from ministack.services import ecs; ecs._resolve_task = lambda ref: None');

    expect(said).toContain(
      'gap task_stop does not fit this release of the emulator: ministack.services.ecs._resolve_task has the parameters (ref); expected (ref cluster_name)',
    );
  });

  test('that changes a text which is replaced stops the start', () => {
    const { said } = mendAfter("from ministack.core import lambda_runtime as r; r._NODEJS_WORKER_SCRIPT = 'new'");

    expect(said).toContain(
      'gap lambda_errors does not fit this release of the emulator: ministack.core.lambda_runtime._NODEJS_WORKER_SCRIPT no longer holds',
    );
  });
});
