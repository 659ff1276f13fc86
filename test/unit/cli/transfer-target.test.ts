import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DescribeConnectionsCommand,
  DescribeDirectConnectGatewaysCommand,
  DescribeLagsCommand,
  DescribeVirtualInterfacesCommand,
  DirectConnectClient,
} from '@aws-sdk/client-direct-connect';
import { mockClient } from 'aws-sdk-client-mock';
import type { Target } from '../../../cli/target.ts';
import { overReadyLines, type TransferTarget } from '../../../cli/transfer-target.ts';
import type { Io } from '../../../cli/verb.ts';
import { parseEstate } from '../../../runtime/estate.ts';

const dx = mockClient(DirectConnectClient);
const yaml = (connectivity: string) => `
estate: bpc
environments:
  dev:
    kind: dev
    account: '111122223333'
    region: us-east-1
    agents: { site: { arn: arn:aws:datasync:us-east-1:111122223333:agent/agent-0123456789abcdef0 } }
${connectivity}
sources:
  nas: { kind: nfs, location: 'nas.example.com:/lab', agents: [site] }
  store: { kind: object-store, location: 'https://objects.example.com/bucket' }
datasets:
  assays: { source: nas, contract: { format: csv, columns: [{ name: id }] } }
  plates: { source: store, contract: { format: csv, columns: [{ name: id }] }, transfer: { by: datasync } }
`;
const LINE = `    connectivity:
      kind: dx
      sitePrefixes: ['10.1.0.0/16']
      cidr: 10.65.0.0/26
      dx:
        resiliency: none
        connections: { first: { location: EqDC2, bandwidth: 10Gbps } }
        interfaces: {}
`;
let said: string[];
let waits: number;
const gate = (connectivity: string, wait: boolean) => {
  const estate = parseEstate(yaml(connectivity), 'decant.yaml');
  const environment = estate.environments['dev'];
  const place = {
    sleep: () => {
      waits++;
      return Promise.reject(new Error('still waiting'));
    },
  };
  const target = { estate, environment, environmentName: 'dev' } as unknown as Target;
  const io = { err: { write: (text: string) => said.push(text) }, exitCode: 0 } as unknown as Io;
  const of = { target, place, datasets: ['assays', 'plates'] } as unknown as TransferTarget;
  return overReadyLines(of, wait, io).then((datasets) => ({ datasets, code: io.exitCode }));
};

beforeEach(() => {
  said = [];
  waits = 0;
  dx.on(DescribeConnectionsCommand).resolves({ connections: [] });
  dx.on(DescribeLagsCommand).resolves({ lags: [] });
  dx.on(DescribeVirtualInterfacesCommand).resolves({ virtualInterfaces: [] });
  dx.on(DescribeDirectConnectGatewaysCommand).resolves({ directConnectGateways: [] });
});
afterEach(() => {
  dx.reset();
});

describe('a line that is not ready', () => {
  test('refuses what agents would send over it, says what lacks, and lets AWS read the rest', async () => {
    expect(await gate(LINE, false)).toEqual({ datasets: ['plates'], code: 1 });
    expect(said.join('')).toMatch(
      /^assays: Direct Connect is not ready: connection first is not there.*see decant dx ready/,
    );
  });

  test('is waited for with --wait', async () => {
    await expect(gate(LINE, true)).rejects.toThrow('still waiting');

    expect([waits, said.join('')]).toEqual([1, expect.stringContaining('; waiting')]);
  });
});

test('an environment without Direct Connect asks nobody', async () => {
  expect(await gate('', false)).toEqual({ datasets: ['assays', 'plates'], code: 0 });
  expect(dx.calls()).toEqual([]);
});
