import { join } from 'node:path';
import { projectRoot } from '../../../../local/root.ts';
import { pythonTests } from '../support/unittest.ts';

for (const file of ['test_data.py', 'test_network.py', 'test_planted.py', 'test_bundle.py']) {
  pythonTests(join(projectRoot(), 'test', 'unit', 'models', 'recipe', file));
}
