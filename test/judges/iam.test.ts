import { describe, expect, it } from '@jest/globals';
import { environments } from '../infra/support/assembly.ts';
import { boundedElsewhere, exceptions, openEndpoints } from './iam-exceptions.ts';
import { iamFindings, roleCount } from './support/iam.ts';
import { print } from './support/print.ts';

describe('IAM simulation', () => {
  print(() => [`IAM simulation: ${environments.map((e) => `${roleCount(e)} roles of ${e}`).join(', ')}, 0 findings`]);

  it.each(environments)('finds nothing in %s', async (environment) => {
    expect(await iamFindings(environment)).toEqual([]);
  });

  it('has exceptions with reasons only', () => {
    expect([...exceptions, ...boundedElsewhere, ...openEndpoints].filter((e) => e.reason.length < 40)).toEqual([]);
  });
});
