/**
 * The way to AWS for what runs inside the network: whoever runs there says which actions it calls, and just their endpoints
 * exist, each open to just these actions.
 */
import { Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  Port,
  SecurityGroup,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Services whose endpoints cost nothing. */
const gateways: Record<string, GatewayVpcEndpointAwsService> = {
  s3: GatewayVpcEndpointAwsService.S3,
  dynamodb: GatewayVpcEndpointAwsService.DYNAMODB,
};

/** IAM prefix → the service's interface endpoints by construct id; some need two. About 15 USD a month, zone and endpoint. */
const interfaces: Record<string, Record<string, InterfaceVpcEndpointAwsService>> = {
  ecr: { 'ecr-api': InterfaceVpcEndpointAwsService.ECR, 'ecr-docker': InterfaceVpcEndpointAwsService.ECR_DOCKER },
  logs: { logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS },
  glue: { glue: InterfaceVpcEndpointAwsService.GLUE },
  states: { states: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS },
  athena: { athena: InterfaceVpcEndpointAwsService.ATHENA },
  secretsmanager: { secretsmanager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER },
  kms: { kms: InterfaceVpcEndpointAwsService.KMS },
  s3vectors: { s3vectors: InterfaceVpcEndpointAwsService.S3_VECTORS },
  sqs: { sqs: InterfaceVpcEndpointAwsService.SQS },
  events: { events: InterfaceVpcEndpointAwsService.EVENTBRIDGE },
};

/** Something that runs inside the network and calls AWS. */
export interface Caller {
  /** In the plural, for the rules of security groups: `transformer tasks`. */
  readonly who: string;
  /** Of the caller's network interfaces. @default nothing of ours: gateways alone need none */
  readonly group?: SecurityGroup;
  /** IAM actions that it calls, such as `glue:GetTable`. */
  readonly actions: readonly string[];
}

export class Endpoints {
  /** The statement of each endpoint, to which later callers add. */
  private readonly statements = new Map<string, PolicyStatement>();
  private readonly groups = new Map<string, SecurityGroup>();
  private readonly scope: Construct;
  private readonly vpc: Vpc;

  /** Endpoints are made in `scope`, which is the network's, whoever asks for them. */
  constructor(scope: Construct, vpc: Vpc) {
    this.scope = scope;
    this.vpc = vpc;
  }

  /** Lets a caller reach the services of its actions. Throws for a service that has no endpoint here yet. */
  serve(caller: Caller): void {
    for (const service of new Set(caller.actions.map((a) => a.split(':')[0] ?? ''))) {
      const actions = caller.actions.filter((a) => a.startsWith(`${service}:`));
      if (gateways[service]) this.gateway(service, gateways[service]).addActions(...actions);
      else if (interfaces[service]) {
        for (const [id, of] of Object.entries(interfaces[service])) {
          this.interface(id, of, caller).addActions(...actions);
        }
      } else {
        const known = [...Object.keys(gateways), ...Object.keys(interfaces)].join(', ');
        throw new Error(`${caller.who} call ${service}, which has no endpoint; there are ${known}`);
      }
    }
  }

  private gateway(id: string, service: GatewayVpcEndpointAwsService): PolicyStatement {
    const { account, region, partition } = Stack.of(this.scope);
    const known = this.statements.get(id);
    if (known) return known;
    const endpoint = this.vpc.addGatewayEndpoint(id, { service });
    const statement = new PolicyStatement({
      principals: [new AnyPrincipal()],
      resources: ['*'], // What they name comes in later stacks; the account is the bound.
      conditions: { StringEquals: { 'aws:ResourceAccount': account } },
    });
    endpoint.addToPolicy(statement);
    if (id === 's3') {
      endpoint.addToPolicy(
        new PolicyStatement({
          // Image layers lie in a bucket of ECR's (ECR user guide, vpc-endpoints).
          principals: [new AnyPrincipal()],
          actions: ['s3:GetObject'],
          resources: [`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`],
        }),
      );
    }
    this.statements.set(id, statement);
    return statement;
  }

  private interface(id: string, service: InterfaceVpcEndpointAwsService, { who, group }: Caller): PolicyStatement {
    if (!group) throw new Error(`${who} call ${id}; an interface endpoint needs the security group of its callers`);
    let statement = this.statements.get(id);
    if (!statement) {
      const own = new SecurityGroup(this.scope, `${id}-group`, {
        vpc: this.vpc,
        description: `Endpoint ${id}: HTTPS from ${who}`,
        allowAllOutbound: false,
      });
      const endpoint = this.vpc.addInterfaceEndpoint(id, { service, open: false, securityGroups: [own] });
      statement = new PolicyStatement({
        principals: [new AnyPrincipal()],
        resources: ['*'], // What they name comes in later stacks; the account is the bound.
        conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this.scope).account } },
      });
      endpoint.addToPolicy(statement);
      this.statements.set(id, statement);
      this.groups.set(id, own);
    }
    this.groups.get(id)?.addIngressRule(group, Port.tcp(443), `HTTPS from ${who}`);
    return statement;
  }
}
