/** The tests of the Python client, which are Python. */
import { describe } from '@jest/globals';
import { join } from 'node:path';
import { pythonTests } from './support/python.ts';

describe.each(['requests', 'many', 'frames'])('the Python client: %s', (name) => {
  pythonTests(join(import.meta.dirname, 'python', `test_${name}.py`));
});
