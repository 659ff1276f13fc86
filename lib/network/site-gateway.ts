/** What lines of the sites end at: a virtual private gateway, or a transit gateway that joins more VPCs later. */
import { CfnRoute, CfnTransitGateway, CfnTransitGatewayAttachment, CfnVPCGatewayAttachment } from 'aws-cdk-lib/aws-ec2';
import { CfnVPNGateway, CfnVPNGatewayRoutePropagation, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct, type IDependable } from 'constructs';
import type { Connectivity } from '../../protocol/connectivity.ts';
import type { EstateContext } from '../base/context.ts';
import type { SiteSubnets } from './site-subnets.ts';

export class SiteGateway extends Construct {
  readonly kind: Connectivity['attach'];
  readonly id: string;
  /** To wait for before anything is tied to the gateway. */
  readonly attached: IDependable;

  constructor(scope: Construct, context: EstateContext, vpc: Vpc, sites: SiteSubnets) {
    super(scope, 'gateway');
    const { attach, gatewayAsn, sitePrefixes } = context.environment.connectivity;
    this.kind = attach;
    const made =
      attach === 'transit-gateway'
        ? this.transit(context, vpc, sites, gatewayAsn, sitePrefixes)
        : this.virtualPrivate(vpc, sites, gatewayAsn);
    this.id = made.id;
    this.attached = made.attached;
  }

  /** Routes of the sites come by BGP and are propagated. */
  private virtualPrivate(vpc: Vpc, sites: SiteSubnets, amazonSideAsn: number): { id: string; attached: IDependable } {
    const gateway = new CfnVPNGateway(this, 'vpn-gateway', { type: 'ipsec.1', amazonSideAsn });
    const attached = new CfnVPCGatewayAttachment(this, 'attachment', { vpcId: vpc.vpcId, vpnGatewayId: gateway.ref });
    new CfnVPNGatewayRoutePropagation(this, 'routes', {
      routeTableIds: sites.routeTableIds,
      vpnGatewayId: gateway.ref,
    }).node.addDependency(attached); // CloudFormation knows of no order here, and the call fails before it.
    return { id: gateway.ref, attached };
  }

  /** A VPC takes no routes from a transit gateway by itself: the sites' prefixes are written down. */
  private transit(
    context: EstateContext,
    vpc: Vpc,
    sites: SiteSubnets,
    amazonSideAsn: number,
    sitePrefixes: readonly string[],
  ): { id: string; attached: IDependable } {
    const gateway = new CfnTransitGateway(this, 'transit-gateway', {
      amazonSideAsn,
      description: `Decant ${context.estate} ${context.environmentName}: lines of the sites`,
      autoAcceptSharedAttachments: 'disable',
      defaultRouteTableAssociation: 'enable',
      defaultRouteTablePropagation: 'enable',
    });
    const attached = new CfnTransitGatewayAttachment(this, 'attachment', {
      transitGatewayId: gateway.ref,
      vpcId: vpc.vpcId,
      subnetIds: sites.subnets.map((s) => s.subnetId),
    });
    for (const [zone, routeTableId] of sites.routeTableIds.entries()) {
      for (const destinationCidrBlock of sitePrefixes) {
        const id = `to-${destinationCidrBlock.replaceAll(/[./]/g, '-')}-${zone + 1}`;
        new CfnRoute(this, id, {
          routeTableId,
          destinationCidrBlock,
          transitGatewayId: gateway.ref,
        }).node.addDependency(attached);
      }
    }
    return { id: gateway.ref, attached };
  }
}
