/** Byte pairs in Python, what the importer refuses, and hostile files. */
import { join } from 'node:path';
import { projectRoot } from '../../../../local/root.ts';
import { pythonOf } from '../support/environments.ts';
import { pythonTests } from '../support/unittest.ts';

for (const file of ['test_bpe.py', 'test_pickles.py', 'test_refusals.py']) {
  pythonTests(join(projectRoot(), 'test', 'unit', 'models', 'convert', file), pythonOf('convert'));
}
