/** The REST API: what the OpenAPI document says, before the functions of this environment. */
import { Stack } from 'aws-cdk-lib';
import {
  ApiDefinition,
  type CfnRestApi,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Prediction } from '../../protocol/prediction.ts';
import { accept } from '../base/accept.ts';
import type { EstateContext } from '../base/context.ts';
import { estateLogGroup } from '../base/logs.ts';
import { accessLogFormat } from './access-log.ts';
import { gatewayDefinition, type JsonObject } from './definition.ts';
import type { GatewayLogRole } from './log-role.ts';
import { functionName, LIVE } from './predict-functions.ts';

/** Of every path; routes themselves begin with the version. */
export const STAGE = 'api';
/** TLS 1.2 and 1.3, nothing older (API Gateway developer guide, apigateway-security-policies). */
const SECURITY_POLICY = 'SecurityPolicy_TLS13_1_2_2021_06';

export interface PredictionApiProps {
  readonly prediction: Prediction;
  readonly document: JsonObject;
  readonly userPoolArn: string;
  readonly logsKey: IKey;
  readonly logRole: GatewayLogRole;
  /** Where a private API is reached, and from nowhere else. */
  readonly endpoint?: InterfaceVpcEndpoint | undefined;
}

export class PredictionApi extends Construct {
  readonly api: SpecRestApi;
  readonly accessLog: LogGroup;
  readonly url: string;

  constructor(scope: Construct, context: EstateContext, props: PredictionApiProps) {
    super(scope, 'api');
    const { prediction, endpoint, logRole } = props;
    const { estate, environmentName } = context;
    this.accessLog = estateLogGroup(this, 'access', context, props.logsKey, 'apis');
    this.api = new SpecRestApi(this, 'rest', {
      restApiName: `${estate}-${environmentName}-prediction`,
      description: `Decant ${estate} ${environmentName}: embeddings and predicted properties of molecules`,
      apiDefinition: ApiDefinition.fromInline(this.definition(context, props)),
      cloudWatchRole: false, // One setting of the account, see log-role.ts.
      endpointConfiguration: endpoint
        ? { types: [EndpointType.PRIVATE], vpcEndpoints: [endpoint] }
        : { types: [EndpointType.REGIONAL] },
      ...(endpoint && { policy: onlyThrough(endpoint) }),
      deployOptions: {
        stageName: STAGE,
        description: 'The one stage: what is deployed is what is served',
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat: accessLogFormat(),
        // Execution logs quote what of a body breaks its schema, and a body is structures.
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        metricsEnabled: true,
        tracingEnabled: true,
        throttlingRateLimit: prediction.throttle.rate,
        throttlingBurstLimit: prediction.throttle.burst,
        cachingEnabled: false,
      },
    });
    this.api.deploymentStage.node.addDependency(logRole.account);
    const rest = this.api.node.defaultChild as CfnRestApi;
    rest.securityPolicy = SECURITY_POLICY;
    rest.endpointAccessMode = 'STRICT';
    rest.apiKeySourceType = 'HEADER';
    this.url = this.address(endpoint);
    this.acceptFindings();
  }

  /** Address with the stage, without a slash at its end. A private API answers to a name that machines of the sites can resolve too. */
  private address(endpoint: InterfaceVpcEndpoint | undefined): string {
    const { region, urlSuffix } = Stack.of(this);
    const host = [this.api.restApiId, ...(endpoint ? [endpoint.vpcEndpointId] : [])].join('-');
    return `https://${host}.execute-api.${region}.${urlSuffix}/${STAGE}`;
  }

  private definition(context: EstateContext, { document, prediction, userPoolArn }: PredictionApiProps): JsonObject {
    const { account, partition, region } = Stack.of(this);
    const invoke = (name: 'predict' | 'page'): string =>
      `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/` +
      `arn:${partition}:lambda:${region}:${account}:function:${functionName(context, name)}:${LIVE}/invocations`;
    return gatewayDefinition(document, {
      api: invoke('predict'),
      userPoolArn,
      ...(prediction.page && { page: invoke('page') }),
    });
  }

  private acceptFindings(): void {
    const stage = this.api.deploymentStage;
    accept(
      this.api,
      'APIG2',
      'Requests are validated as the imported definition says, by its own validators, which the rule does not look for.',
    );
    const bodies =
      'Execution logs quote what of a body breaks its schema, and a body is confidential structures; access logs, traces and the function’s own log tell the rest.';
    for (const finding of ['APIG6', 'APIGWExecutionLoggingEnabled']) accept(stage, finding, bodies);
    accept(
      stage,
      'APIGWCacheEnabledAndEncrypted',
      'Answers are the caller’s own and confidential: nothing of them is kept by the gateway.',
    );
    accept(
      stage,
      'APIGWSSLEnabled',
      'A client certificate shows the gateway to HTTP backends; this one calls functions, which admit it by their policies.',
    );
  }
}

/** Whoever comes by another way is refused, whatever token it holds. */
function onlyThrough(endpoint: InterfaceVpcEndpoint): PolicyDocument {
  const every = { principals: [new AnyPrincipal()], actions: ['execute-api:Invoke'], resources: ['execute-api:/*'] };
  return new PolicyDocument({
    statements: [
      new PolicyStatement(every),
      new PolicyStatement({
        ...every,
        effect: Effect.DENY,
        conditions: { StringNotEquals: { 'aws:SourceVpce': endpoint.vpcEndpointId } },
      }),
    ],
  });
}
