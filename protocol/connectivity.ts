/** How an environment is reached from the customer's sites: Direct Connect, VPN, both, or neither. */
import { z } from 'zod';
import { holdsObject } from './contract.ts';

const Short = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must match ^[a-z][a-z0-9-]{0,39}$');
const Asn = z.int().min(1).max(4_294_967_294);
const ConnectionId = z.string().regex(/^dxcon-[a-z0-9]{8,}$/, 'must be the id of a connection such as dxcon-fg1234ab');

/** Port speeds of dedicated connections, and what partners sell as hosted ones (Direct Connect user guide, limits and hosted_connection). */
export const dedicatedBandwidths = ['1Gbps', '10Gbps', '100Gbps', '400Gbps'] as const;
export const hostedBandwidths = [
  '50Mbps',
  '100Mbps',
  '200Mbps',
  '300Mbps',
  '400Mbps',
  '500Mbps',
  '1Gbps',
  '2Gbps',
  '5Gbps',
  '10Gbps',
  '25Gbps',
] as const;
const Bandwidth = z.enum([...hostedBandwidths, '100Gbps', '400Gbps']);

export const DxConnection = z.strictObject({
  /** Code of the Direct Connect location, such as EqDC2. */
  location: z.string(),
  bandwidth: Bandwidth,
  /** Who lays the cross-connect; named in the letter of authorization. */
  provider: z.string().optional(),
  /** Name of a lag of this environment that the connection belongs to. */
  lag: Short.optional(),
  /** Asks for a MACsec port, and wants it to encrypt everything: dedicated 10, 100 and 400 Gbps only. */
  macsec: z.boolean().default(false),
  /** Secrets Manager secret (name or ARN) with `{"ckn": …, "cak": …}`, which `decant dx macsec` associates. */
  macsecSecret: z.string().optional(),
  /** A connection that a partner hosts for us, instead of one that is ordered here. */
  hosted: ConnectionId.optional(),
  /** hosted: the last day of the partner's contract. */
  until: z.iso.date().optional(),
});
export type DxConnection = z.infer<typeof DxConnection>;

export const DxLag = z.strictObject({
  location: z.string(),
  bandwidth: Bandwidth,
  /** Links below which the whole group counts as down. */
  minimumLinks: z.int().min(0).max(4).default(1),
  macsec: z.boolean().default(false),
  macsecSecret: z.string().optional(),
});
export type DxLag = z.infer<typeof DxLag>;

export const VirtualInterface = z.strictObject({
  /** Private ends at a virtual private gateway, transit at a transit gateway. */
  kind: z.enum(['private', 'transit']),
  /** Name of a connection or lag of this environment. */
  on: Short,
  vlan: z.int().min(1).max(4094),
  /** @default 1500 */
  mtu: z.union([z.literal(1500), z.literal(8500), z.literal(9001)]).optional(),
  /** The customer's side. */
  asn: Asn,
  /** Both ends of the BGP session with their prefix, such as 169.254.100.1/30. @default chosen by AWS */
  amazonAddress: z.string().optional(),
  customerAddress: z.string().optional(),
  /** Secrets Manager secret whose text is the BGP key, 6 to 80 characters. @default made by AWS */
  authKeySecret: z.string().optional(),
});
export type VirtualInterface = z.infer<typeof VirtualInterface>;

/** A virtual interface that the owner of a connection has made for this account; `decant dx accept` takes it. */
export const HostedInterface = z.strictObject({
  kind: z.enum(['private', 'transit']),
  id: z.string().regex(/^dxvif-[a-z0-9]{8,}$/, 'must be the id of a virtual interface such as dxvif-fg1234ab'),
  /** Id of the connection that it lies on, which its owner tells too; for its alarms. */
  connection: ConnectionId,
});
export type HostedInterface = z.infer<typeof HostedInterface>;

export const DirectConnect = z.strictObject({
  /** maximum: two devices in each of two locations; high: two locations; basic: two devices; none: no promise of AWS. */
  resiliency: z.enum(['maximum', 'high', 'basic', 'none']),
  /** ASN of the Direct Connect gateway. */
  amazonAsn: Asn.default(64512),
  connections: z.record(Short, DxConnection).default({}),
  lags: z.record(Short, DxLag).default({}),
  /** Can be written once a connection is available; the letter of authorization and the cross-connect come first. */
  interfaces: z.record(Short, VirtualInterface).default({}),
  hostedInterfaces: z.record(Short, HostedInterface).default({}),
  /** Prefixes that AWS announces to the sites. @default connectivity.cidr */
  allowedPrefixes: z.array(z.string()).min(1).max(20).optional(),
});
export type DirectConnect = z.infer<typeof DirectConnect>;

export const CustomerGateway = z.strictObject({
  /** Public IPv4 address and ASN of the customer's device; two tunnels end there. */
  customerAddress: z.string(),
  asn: Asn,
});
export type CustomerGateway = z.infer<typeof CustomerGateway>;

export const Connectivity = z
  .strictObject({
    kind: z.enum(['none', 'dx', 'vpn', 'dx+vpn']).default('none'),
    /** What the Direct Connect gateway and the VPN end at. */
    attach: z.enum(['virtual-private-gateway', 'transit-gateway']).default('virtual-private-gateway'),
    /** ASN of that gateway. */
    gatewayAsn: Asn.default(64513),
    /** Range of its own, added to the VPC: the only one that the sites reach. Agents' endpoint lies in it, tasks do not. */
    cidr: z.string().optional(),
    /** Prefixes of the sites: routed there, and let in where agents of the sites call. */
    sitePrefixes: z.array(z.string()).max(50).default([]),
    dx: DirectConnect.optional(),
    vpn: z.record(Short, CustomerGateway).optional(),
  })
  .refine((c) => !c.kind?.includes('dx') || c.dx !== undefined, {
    path: ['dx'],
    message: 'connectivity with Direct Connect needs dx',
    when: holdsObject,
  })
  .refine((c) => !c.kind?.includes('vpn') || c.vpn !== undefined, {
    path: ['vpn'],
    message: 'connectivity with VPN needs vpn',
    when: holdsObject,
  });
export type Connectivity = z.infer<typeof Connectivity>;

/** Name of a connection, lag, virtual interface or gateway at AWS: how programs find what the stacks made. */
export const dxName = (estate: string, environment: string, name: string): string => `${estate}-${environment}-${name}`;
/** Name of the Direct Connect gateway. */
export const dxGatewayName = (estate: string, environment: string): string => `${estate}-${environment}`;

/** Names of the connections that carry interfaces by themselves, not through a lag. */
export const standalone = (dx: DirectConnect): [string, DxConnection][] =>
  Object.entries(dx.connections).filter(([, c]) => c.lag === undefined);
/** Whether the environment is reached over Direct Connect, or over VPN. */
export const usesDx = (c: Connectivity): boolean => c.kind === 'dx' || c.kind === 'dx+vpn';
export const usesVpn = (c: Connectivity): boolean => c.kind === 'vpn' || c.kind === 'dx+vpn';
