/** Site-to-Site VPN: two tunnels to each device of the customer, with routes by BGP. Alone, or as backup of Direct Connect. */
import { CfnCustomerGateway, CfnVPNConnection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type CustomerGateway, dxName } from '../../protocol/connectivity.ts';
import type { EstateContext } from '../base/context.ts';
import { estateLogGroup } from '../base/logs.ts';
import type { SiteGateway } from './site-gateway.ts';

/** CNSA 1.0: AES-256 in GCM, SHA-384 and a group of 384 bits; nothing that AWS still offers for old devices. */
const proposal = (phase: 1 | 2) => ({
  [`phase${phase}EncryptionAlgorithms`]: [{ value: 'AES256-GCM-16' }],
  [`phase${phase}IntegrityAlgorithms`]: [{ value: 'SHA2-384' }],
  [`phase${phase}DhGroupNumbers`]: [{ value: 20 }],
});

const tunnel = (logs: LogGroup) => ({
  ikeVersions: [{ value: 'ikev2' }],
  ...proposal(1),
  ...proposal(2),
  dpdTimeoutAction: 'restart', // A lost peer is looked for again, instead of waited for.
  startupAction: 'start',
  logOptions: {
    cloudwatchLogOptions: {
      logEnabled: true,
      logGroupArn: logs.logGroupArn,
      logOutputFormat: 'json',
      bgpLogEnabled: true,
      bgpLogGroupArn: logs.logGroupArn,
      bgpLogOutputFormat: 'json',
    },
  },
});

export class Vpn extends Construct {
  /** Name in the estate → id at AWS. */
  readonly connections: ReadonlyMap<string, string>;

  constructor(
    scope: Construct,
    context: EstateContext,
    vpn: Readonly<Record<string, CustomerGateway>>,
    gateway: SiteGateway,
    logsKey: IKey,
  ) {
    super(scope, 'vpn');
    const logs = estateLogGroup(this, 'vpn', context, logsKey, 'network');
    this.connections = new Map(
      Object.entries(vpn).map(([name, site]) => {
        const tags = [{ key: 'Name', value: dxName(context.estate, context.environmentName, name) }];
        const device = new CfnCustomerGateway(this, `device-${name}`, {
          type: 'ipsec.1',
          ipAddress: site.customerAddress,
          // Numbers above 31 bits have a property of their own.
          ...(site.asn > 2_147_483_647 ? { bgpAsnExtended: site.asn } : { bgpAsn: site.asn }),
          tags,
        });
        const connection = new CfnVPNConnection(this, `connection-${name}`, {
          type: 'ipsec.1',
          customerGatewayId: device.ref,
          ...(gateway.kind === 'transit-gateway' ? { transitGatewayId: gateway.id } : { vpnGatewayId: gateway.id }),
          staticRoutesOnly: false,
          preSharedKeyStorage: 'SecretsManager', // AWS makes the keys; they are in no template and no configuration file.
          vpnTunnelOptionsSpecifications: [tunnel(logs), tunnel(logs)],
          tags,
        });
        connection.node.addDependency(gateway.attached);
        return [name, connection.ref];
      }),
    );
  }
}
