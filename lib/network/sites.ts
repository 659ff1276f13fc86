/** The way to the customer's sites, where the estate has one: subnets, gateway, lines, agents' endpoint and alarms. */
import { Fn } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { usesDx, usesVpn } from '../../protocol/connectivity.ts';
import { type AgentPlaces, agentsPath } from '../../protocol/places.ts';
import type { AlarmTarget } from '../base/alarm.ts';
import type { EstateContext } from '../base/context.ts';
import { AgentEndpoint } from './agent-endpoint.ts';
import { DirectConnectLines } from './direct-connect.ts';
import { LineAlarms } from './line-alarms.ts';
import type { Network } from './network.ts';
import { SiteGateway } from './site-gateway.ts';
import { SiteSubnets } from './site-subnets.ts';
import { Vpn } from './vpn.ts';

export class Sites extends Construct {
  /** Present when the environment has agents. */
  readonly agents?: AgentEndpoint;
  readonly subnets: SiteSubnets;

  constructor(scope: Construct, context: EstateContext, { vpc }: Network, logsKey: IKey, alarms: AlarmTarget) {
    super(scope, 'sites');
    const { connectivity, agents } = context.environment;
    const { cidr, dx, vpn, sitePrefixes } = connectivity;
    if (cidr === undefined) throw new RangeError('connectivity needs a cidr, the range that the sites reach');
    const subnets = new SiteSubnets(this, vpc, cidr);
    this.subnets = subnets;
    const gateway = new SiteGateway(this, context, vpc, subnets);
    const lineAlarms = new LineAlarms(this, alarms);
    if (dx && usesDx(connectivity)) {
      lineAlarms.addDirectConnect(dx, new DirectConnectLines(this, context, dx, cidr, gateway));
    }
    if (vpn && usesVpn(connectivity)) {
      lineAlarms.addVpn(new Vpn(this, context, vpn, gateway, logsKey).connections);
    }
    if (Object.keys(agents).length > 0) {
      this.agents = new AgentEndpoint(this, vpc, subnets, sitePrefixes);
      this.publish(context, subnets, this.agents);
    }
  }

  private publish(
    { estate, environmentName }: EstateContext,
    subnets: SiteSubnets,
    { endpoint, securityGroupArn }: AgentEndpoint,
  ): void {
    const places: AgentPlaces = {
      endpointId: endpoint.vpcEndpointId,
      // The first of an endpoint's DNS entries is the regional one; each is `<hosted zone>:<name>`.
      endpointDns: Fn.select(1, Fn.split(':', Fn.select(0, endpoint.vpcEndpointDnsEntries))),
      subnetArns: subnets.arns.join(','),
      securityGroupArns: securityGroupArn,
    };
    for (const [name, stringValue] of Object.entries(places)) {
      const parameterName = `${agentsPath(estate, environmentName)}/${name}`;
      new StringParameter(this, `agents-${name}`, { parameterName, stringValue });
    }
  }
}
