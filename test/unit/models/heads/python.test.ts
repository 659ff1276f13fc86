/** How heads are trained, and that the shipped ones are as good as they say. */
import { join } from 'node:path';
import { describe, test } from '@jest/globals';
import { projectRoot } from '../../../../local/root.ts';
import { pythonOf } from '../support/environments.ts';
import { pythonTests } from '../support/unittest.ts';

const file = (name: string): string => join(projectRoot(), 'test', 'unit', 'models', 'heads', name);

pythonTests(file('test_heads.py'), pythonOf('heads'));

if (process.env['DECANT_TEST_DATA'] === undefined) {
  describe('the shipped heads', () => {
    test.skip('score as their cards tell (skipped: DECANT_TEST_DATA is not set)', () => undefined);
  });
} else pythonTests(file('test_shipped.py'), pythonOf('heads'));
