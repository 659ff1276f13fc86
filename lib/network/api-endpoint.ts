/** Where a private prediction API is reached: by machines of the sites in the sites' own subnets, else by machines inside the network. */
import { Stack } from 'aws-cdk-lib';
import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Connectivity } from '../../protocol/connectivity.ts';
import type { SiteSubnets } from './site-subnets.ts';

export class ApiEndpoint extends Construct {
  readonly endpoint: InterfaceVpcEndpoint;

  constructor(scope: Construct, vpc: Vpc, { sitePrefixes }: Connectivity, sites?: SiteSubnets) {
    super(scope, 'api');
    const group = new SecurityGroup(this, 'group', {
      vpc,
      description: 'Endpoint of the prediction API: HTTPS from those who ask it',
      allowAllOutbound: false,
    });
    for (const from of sites ? sitePrefixes : [vpc.vpcCidrBlock]) {
      group.addIngressRule(Peer.ipv4(from), Port.tcp(443), 'HTTPS to the prediction API');
    }
    // Without private names, which would turn every API of API Gateway, other people's too, to this endpoint: the API has a name
    // of its own with the endpoint's id in it, which resolves everywhere (API Gateway developer guide, associate-private-api-with-vpc-endpoint).
    this.endpoint = new InterfaceVpcEndpoint(this, 'execute-api', {
      vpc,
      service: InterfaceVpcEndpointAwsService.APIGATEWAY,
      privateDnsEnabled: false,
      open: false,
      securityGroups: [group],
      ...(sites && { subnets: { subnets: [...sites.subnets] } }),
    });
    const { account, partition, region } = Stack.of(this);
    // Callers sign in to the API with tokens; to AWS they are nobody, so that the account's APIs are the bound.
    this.endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: [`arn:${partition}:execute-api:${region}:${account}:*`],
      }),
    );
  }
}
