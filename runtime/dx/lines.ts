/** The lines of an environment as AWS knows them, by the names that the estate gives them. */
import {
  type Connection,
  DescribeConnectionsCommand,
  DescribeDirectConnectGatewayAssociationsCommand,
  DescribeDirectConnectGatewaysCommand,
  DescribeLagsCommand,
  DescribeVirtualInterfacesCommand,
  DirectConnectClient,
  type Lag,
  type VirtualInterface,
} from '@aws-sdk/client-direct-connect';
import { type DirectConnect, dxGatewayName, dxName, usesDx } from '../../protocol/connectivity.ts';
import type { Environment } from '../../protocol/estate.ts';
import { clientConfig } from '../aws.ts';
import { UserError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';

/** Whose lines: name of the estate, and one of its environments. */
export interface DxTarget {
  readonly estate: string;
  readonly environmentName: string;
  readonly environment: Pick<Environment, 'connectivity'>;
}

/** Everything that AWS knows of the estate's lines; a name that it does not know is absent. */
export interface Lines {
  readonly connections: ReadonlyMap<string, Connection>;
  readonly lags: ReadonlyMap<string, Lag>;
  /** Own and hosted ones. */
  readonly interfaces: ReadonlyMap<string, VirtualInterface>;
  readonly gatewayId: string | undefined;
  /** What the gateway is associated with, and how far that is. */
  readonly associations: readonly { readonly gateway: string; readonly state: string }[];
}

let client: DirectConnectClient | undefined;
export const dxClient = (): DirectConnectClient => (client ??= new DirectConnectClient(clientConfig()));

/** The Direct Connect of an environment. Throws a UserError where it has none. */
export function dxOf({ environmentName, environment }: DxTarget): DirectConnect {
  const { connectivity } = environment;
  if (connectivity.dx && usesDx(connectivity)) return connectivity.dx;
  throw new UserError(`environment ${environmentName} has no Direct Connect; its connectivity is ${connectivity.kind}`);
}

/** All pages of a list. */
async function all<T>(page: (nextToken?: string) => Promise<[T[] | undefined, string | undefined]>): Promise<T[]> {
  const found: T[] = [];
  let token: string | undefined;
  do {
    const [items, next] = await page(token);
    found.push(...(items ?? []));
    token = next;
  } while (token);
  return found;
}

/** Ended ones keep their names for a while. */
const GONE = ['deleted', 'deleting', 'rejected'];

/** Looks up everything that the estate names. */
export async function readLines(target: DxTarget, dx: DirectConnectClient = dxClient()): Promise<Lines> {
  const wanted = dxOf(target);
  const name = (of: string): string => dxName(target.estate, target.environmentName, of);
  const [connections, lags, interfaces, gateways] = await Promise.all([
    all<Connection>(async (nextToken) => {
      const r = await dx.send(new DescribeConnectionsCommand({ nextToken }));
      return [r.connections, r.nextToken];
    }),
    all<Lag>(async (nextToken) => {
      const r = await dx.send(new DescribeLagsCommand({ nextToken }));
      return [r.lags, r.nextToken];
    }),
    all<VirtualInterface>(async (nextToken) => {
      const r = await dx.send(new DescribeVirtualInterfacesCommand({ nextToken }));
      return [r.virtualInterfaces, r.nextToken];
    }),
    all(async (nextToken) => {
      const r = await dx.send(new DescribeDirectConnectGatewaysCommand({ nextToken }));
      return [r.directConnectGateways, r.nextToken];
    }),
  ]);
  const gatewayName = dxGatewayName(target.estate, target.environmentName);
  const gatewayId = gateways.find((g) => g.directConnectGatewayName === gatewayName)?.directConnectGatewayId;
  return {
    connections: byName(Object.entries(wanted.connections), (of, { hosted }) =>
      connections.find((c) =>
        hosted ? c.connectionId === hosted : c.connectionName === name(of) && !GONE.includes(c.connectionState ?? ''),
      ),
    ),
    lags: byName(Object.entries(wanted.lags), (of) =>
      lags.find((l) => l.lagName === name(of) && !GONE.includes(l.lagState ?? '')),
    ),
    interfaces: new Map([
      ...byName(Object.entries(wanted.interfaces), (of) =>
        interfaces.find((i) => i.virtualInterfaceName === name(of) && !GONE.includes(i.virtualInterfaceState ?? '')),
      ),
      ...byName(Object.entries(wanted.hostedInterfaces), (_of, { id }) =>
        interfaces.find((i) => i.virtualInterfaceId === id),
      ),
    ]),
    gatewayId,
    associations: gatewayId === undefined ? [] : await associationsOf(gatewayId, dx),
  };
}

async function associationsOf(gatewayId: string, dx: DirectConnectClient): Promise<Lines['associations']> {
  const found = await all(async (nextToken) => {
    const request = { directConnectGatewayId: gatewayId, nextToken };
    const r = await dx.send(new DescribeDirectConnectGatewayAssociationsCommand(request));
    return [r.directConnectGatewayAssociations, r.nextToken];
  });
  return found.map((a) => ({ gateway: a.associatedGateway?.id ?? '', state: a.associationState ?? 'unknown' }));
}

function byName<D, T>(declared: [string, D][], find: (name: string, declared: D) => T | undefined): Map<string, T> {
  return new Map(
    declared.flatMap(([name, d]): [string, T][] => {
      const found = find(name, d);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

/** One of several things by name. Throws a UserError that names the others, or says that it is not deployed. */
export function pick<T>(
  kind: string,
  name: string,
  declared: readonly string[],
  found: ReadonlyMap<string, T>,
  environmentName: string,
): T {
  if (!declared.includes(name)) {
    const there = declared.join(', ') || 'there is none';
    throw new UserError(`"${name}" is not a ${kind} of ${environmentName}; ${there}.${didYouMean(name, declared)}`);
  }
  const one = found.get(name);
  if (one) return one;
  throw new UserError(
    `AWS knows no ${kind} ${name} of ${environmentName}; run npx cdk deploy '${environmentName}/network'`,
    {
      exitCode: 1,
    },
  );
}
