import { describe, expect, test } from '@jest/globals';
import { checkEstate } from '../../../../runtime/estate-check.ts';

const estate = (snowball: string, transfer = '{ by: snowball }', source = ''): string => `
estate: bpc
environments:
  dev: { kind: dev, account: '111111111111', region: eu-central-1${snowball} }
sources:
  share: { kind: folder${source} }
datasets:
  archive:
    source: share
    transfer: ${transfer}
    size: { objects: 1000, gigabytes: 500000 }
    contract: { format: csv, columns: [{ name: id }] }
`;
const problems = (text: string): string[] =>
  checkEstate(text, 'decant.yaml').problems.map((p) => `${p.path}: ${p.message}`);
const customer = ', snowball: { existingSnowballCustomer: true, addressSecret: bpc/address }';

describe('a dataset by Snowball', () => {
  test('is refused without existingSnowballCustomer, with the reason and what else there is', () => {
    const [problem, ...more] = problems(estate(', snowball: { addressSecret: bpc/address }'));

    expect(more).toEqual([]);
    expect(problem).toMatch(/^environments\.dev\.snowball\.existingSnowballCustomer: .*2025-11-07/);
    for (const way of ['DataSync', 'Data Transfer Terminal', 'partner']) expect(problem).toContain(way);
  });

  test('is refused where no environment can order a device', () => {
    expect(problems(estate(''))).toEqual([expect.stringMatching(/^datasets\.archive\.transfer\.by: no environment/)]);
  });

  test('wants to know where the shipping address is', () => {
    expect(problems(estate(', snowball: { existingSnowballCustomer: true }'))).toEqual([
      expect.stringMatching(/^environments\.dev\.snowball: lacks addressSecret/),
    ]);
  });

  test('is refused with fewer devices than hold it', () => {
    expect(problems(estate(customer, '{ by: snowball, devices: 2 }'))).toEqual([
      'datasets.archive.transfer.devices: 2 is too few: 500000 GB need 3 devices of type V3_5S in dev (210 TB each)',
    ]);
  });

  test.each([['{ by: snowball }'], ['{ by: snowball, devices: 3 }']])('is taken as %s of a customer', (transfer) => {
    expect(problems(estate(customer, transfer))).toEqual([]);
  });

  test('asks nothing of an environment that its source does not belong to', () => {
    const text = estate(customer, undefined, ', environments: [dev]').replace(
      'sources:',
      `  prod: { kind: prod, account: '222222222222', region: eu-central-1, evidenceYears: 1, snowball: {} }\nsources:`,
    );

    expect(problems(text)).toEqual([]);
  });
});

test('a dataset that travels otherwise asks nothing of a snowball section', () => {
  expect(problems(estate(', snowball: {}', '{ by: put }'))).toEqual([]);
});
