import { describe, expect, test } from '@jest/globals';
import { describe as explain } from '../../../../../containers/transformer/task/log.ts';
import { AccountingError } from '../../../../../containers/transformer/task/members.ts';

describe('what is logged of an error', () => {
  test('a message of an engine or parser is left out, since it may quote the text that it choked on', () => {
    const fields = explain(new Error('Could not convert string "Jane Roe" to INT32'));

    expect(JSON.stringify(fields)).not.toContain('Jane');
  });

  test('a message of our own, made of ids and counts, is kept', () => {
    expect(explain(new AccountingError('s/d/k.csv: 3 rows in'))).toMatchObject({
      error: 'AccountingError',
      reason: 's/d/k.csv: 3 rows in',
    });
  });

  test('of a cause only its class is named', () => {
    const fields = explain(new AccountingError('rows', { cause: new RangeError('value "Jane Roe"') }));

    expect(fields).toMatchObject({ cause: 'RangeError' });
    expect(JSON.stringify(fields)).not.toContain('Jane');
  });
});
