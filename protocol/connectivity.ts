/** How an environment is reached from the customer's sites: Direct Connect, VPN, both, or neither. */
import { z } from 'zod';
import { holdsObject } from './contract.ts';

const Short = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must match ^[a-z][a-z0-9-]{0,39}$');
const Asn = z.int().min(1).max(4_294_967_294);

export const bandwidths = [
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
  '100Gbps',
  '400Gbps',
] as const;

export const DxConnection = z.strictObject({
  /** Code of the Direct Connect location, such as EqDC2. */
  location: z.string(),
  bandwidth: z.enum(bandwidths),
  provider: z.string().optional(),
  /** Name of a lag of this environment that the connection belongs to. */
  lag: Short.optional(),
  /** Asks for a MACsec-capable port: dedicated 10, 100 and 400 Gbps only. Keys are associated by `decant dx macsec`. */
  macsec: z.boolean().default(false),
  /** Id of a connection that a partner hosts for us (dxcon-…), instead of one that is ordered here. */
  hosted: z
    .string()
    .regex(/^dxcon-[a-z0-9]{8,}$/, 'must be a connection id such as dxcon-fg1234ab')
    .optional(),
});

export const DxLag = z.strictObject({
  location: z.string(),
  bandwidth: z.enum(bandwidths),
  minimumLinks: z.int().min(0).max(4).default(1),
  macsec: z.boolean().default(false),
});

export const VirtualInterface = z.strictObject({
  kind: z.enum(['private', 'transit']),
  /** Name of a connection or lag of this environment. */
  on: Short,
  vlan: z.int().min(1).max(4094),
  mtu: z.union([z.literal(1500), z.literal(8500), z.literal(9001)]).optional(),
  /** The customer's side. */
  asn: Asn,
  amazonAddress: z.string().optional(),
  customerAddress: z.string().optional(),
  /** Secrets Manager secret that holds the BGP key. */
  authKeySecret: z.string().optional(),
});

export const DirectConnect = z.strictObject({
  resiliency: z.enum(['maximum', 'high', 'basic']),
  /** ASN of the Direct Connect gateway. */
  amazonAsn: Asn.default(64512),
  connections: z.record(Short, DxConnection),
  lags: z.record(Short, DxLag).default({}),
  interfaces: z.record(Short, VirtualInterface),
  /** Prefixes that AWS announces to the sites. @default the VPC's own */
  allowedPrefixes: z.array(z.string()).max(20).optional(),
});

export const VpnTunnels = z.strictObject({
  /** Public address and ASN of the customer's device. */
  customerAddress: z.string(),
  asn: Asn,
});

export const Connectivity = z
  .strictObject({
    kind: z.enum(['none', 'dx', 'vpn', 'dx+vpn']),
    /** What the Direct Connect gateway and the VPN end at. */
    attach: z.enum(['virtual-private-gateway', 'transit-gateway']).default('virtual-private-gateway'),
    /** Prefixes of the sites, routed there. */
    sitePrefixes: z.array(z.string()).default([]),
    dx: DirectConnect.optional(),
    vpn: z.record(Short, VpnTunnels).optional(),
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
