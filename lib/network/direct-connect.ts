/**
 * Direct Connect as the estate orders it: ports, groups of links, the gateway and the virtual interfaces. What CloudFormation
 * cannot do (letters of authorization, MACsec keys, acceptance) is `decant dx`.
 */
import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import {
  CfnConnection,
  CfnDirectConnectGateway,
  CfnDirectConnectGatewayAssociation,
  CfnLag,
  CfnPrivateVirtualInterface,
  CfnResiliencyGroup,
  CfnTransitVirtualInterface,
} from 'aws-cdk-lib/aws-directconnect';
import { Construct } from 'constructs';
import { type DirectConnect, dxGatewayName, dxName, type VirtualInterface } from '../../protocol/connectivity.ts';
import type { EstateContext } from '../base/context.ts';
import type { SiteGateway } from './site-gateway.ts';

export class DirectConnectLines extends Construct {
  /** Name in the estate → id at AWS. */
  readonly connections: ReadonlyMap<string, string>;
  readonly lags: ReadonlyMap<string, string>;
  readonly interfaces: ReadonlyMap<string, string>;
  private readonly name: (name: string) => string;

  /** `cidr` is what the sites reach. */
  constructor(
    scope: Construct,
    context: EstateContext,
    dx: DirectConnect,
    cidr: string,
    gateway: Pick<SiteGateway, 'id' | 'attached'>,
  ) {
    super(scope, 'direct-connect');
    const { estate, environmentName } = context;
    this.name = (name) => dxName(estate, environmentName, name);
    this.lags = this.orderLags(dx);
    this.connections = this.orderConnections(dx);
    const dxGateway = new CfnDirectConnectGateway(this, 'gateway', {
      directConnectGatewayName: dxGatewayName(estate, environmentName),
      amazonSideAsn: String(dx.amazonAsn),
    }).attrDirectConnectGatewayId;
    new CfnDirectConnectGatewayAssociation(this, 'association', {
      directConnectGatewayId: dxGateway,
      associatedGatewayId: gateway.id,
      allowedPrefixesToDirectConnectGateway: dx.allowedPrefixes ?? [cidr],
    }).node.addDependency(gateway.attached);
    this.interfaces = new Map(
      Object.entries(dx.interfaces).map(([name, i]) => [name, this.createInterface(name, i, dxGateway)]),
    );
  }

  private orderLags({ lags }: DirectConnect): Map<string, string> {
    return new Map(
      Object.entries(lags).map(([name, lag]) => {
        const ordered = new CfnLag(this, `lag-${name}`, {
          lagName: this.name(name),
          location: lag.location,
          connectionsBandwidth: lag.bandwidth,
          minimumLinks: lag.minimumLinks,
          ...(lag.macsec && { requestMacSec: true }),
        });
        // A port is weeks of letters and cross-connects; it is given back by a person, never by a change of code.
        ordered.applyRemovalPolicy(RemovalPolicy.RETAIN);
        return [name, ordered.attrLagId];
      }),
    );
  }

  private orderConnections({ connections, resiliency }: DirectConnect): Map<string, string> {
    const arns: string[] = [];
    const ids = new Map(
      Object.entries(connections).map(([name, c]): [string, string] => {
        if (c.hosted) return [name, c.hosted];
        const ordered = new CfnConnection(this, `connection-${name}`, {
          connectionName: this.name(name),
          location: c.location,
          bandwidth: c.bandwidth,
          ...(c.provider && { providerName: c.provider }),
          ...(c.lag && { lagId: this.lags.get(c.lag) }),
          ...(c.macsec && { requestMacSec: true }),
        });
        ordered.applyRemovalPolicy(RemovalPolicy.RETAIN);
        arns.push(ordered.attrConnectionArn);
        return [name, ordered.attrConnectionId];
      }),
    );
    if (resiliency !== 'none') {
      const group = new CfnResiliencyGroup(this, 'resiliency', {
        resiliencyGroupName: this.name('resiliency'),
        intendedResiliencyModel: `${resiliency}-resiliency`,
        connectionArns: arns,
      });
      group.addMetadata('cfn-lint', { config: { ignore_checks: ['E3006'] } });
      Validations.of(group).acknowledge({
        id: 'CloudFormation-Validate::F3006',
        reason: 'Newer than the schemas of the validator and of cfn-lint; rules/network.rego judges it instead.',
      });
    }
    return ids;
  }

  private createInterface(name: string, i: VirtualInterface, directConnectGatewayId: string): string {
    const props = {
      virtualInterfaceName: this.name(name),
      connectionId: this.lags.get(i.on) ?? this.connections.get(i.on) ?? '',
      directConnectGatewayId,
      vlan: i.vlan,
      ...(i.mtu && { mtu: i.mtu }),
      bgpPeers: [
        {
          addressFamily: 'ipv4',
          asn: String(i.asn),
          ...(i.amazonAddress && { amazonAddress: i.amazonAddress }),
          ...(i.customerAddress && { customerAddress: i.customerAddress }),
          // Becomes a dynamic reference: the template never holds the key.
          ...(i.authKeySecret && { authKey: SecretValue.secretsManager(i.authKeySecret).unsafeUnwrap() }),
        },
      ],
    };
    return i.kind === 'transit'
      ? new CfnTransitVirtualInterface(this, `interface-${name}`, props).attrVirtualInterfaceId
      : new CfnPrivateVirtualInterface(this, `interface-${name}`, props).attrVirtualInterfaceId;
  }
}
