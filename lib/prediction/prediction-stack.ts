/** The prediction API: who may use it, what answers, and what it keeps. */
import { Stack } from 'aws-cdk-lib';
import type { InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Sensitivity } from '../../protocol/contract.ts';
import { sensitiveClasses } from '../../protocol/people.ts';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import type { Buckets } from '../storage/buckets.ts';
import { PredictionApi, STAGE } from './api.ts';
import { ApiAlarms } from './api-alarms.ts';
import { ApplicationSecret, UsagePlans } from './applications.ts';
import { JobsWorkflow } from './jobs-workflow.ts';
import { GatewayLogRole } from './log-role.ts';
import { NativeLayer } from './native-layer.ts';
import { admitGateway, JobsFunction, PageFunction, PredictFunction } from './predict-functions.ts';
import { PublishedPredictionPlaces } from './prediction-places.ts';
import { createStored } from './stored.ts';
import { ApiUserPool } from './user-pool.ts';
import { WebAcl } from './web-acl.ts';

export interface PredictionStackProps {
  /** Where a private API is reached. */
  readonly endpoint?: InterfaceVpcEndpoint | undefined;
  readonly security: SecurityStack;
  readonly buckets: Buckets;
}

export class PredictionStack extends EstateStack {
  static isNeeded({ environment }: EstateContext): boolean {
    return environment.prediction !== undefined;
  }

  constructor(scope: Construct, context: EstateContext, { endpoint, security, buckets }: PredictionStackProps) {
    super(scope, 'prediction', context);
    const { prediction } = context.environment;
    if (!prediction) throw new RangeError('an environment without prediction has no such stack');
    const { dataKey, logsKey, alarms } = security;
    const users = new ApiUserPool(this, context, dataKey);
    const stored = createStored(this, context, dataKey);
    const { api, accessLog, url } = new PredictionApi(this, context, {
      prediction,
      document: context.apiDocument(),
      userPoolArn: users.userPoolArn,
      logsKey,
      logRole: new GatewayLogRole(this, context),
      endpoint,
    });
    const applications = Object.fromEntries(
      Object.entries(prediction.applications).map(([name, { scopes }]) => {
        const client = users.application(name, scopes);
        new ApplicationSecret(this, context, name, client, dataKey);
        return [name, client.userPoolClientId];
      }),
    );
    const callbacks = [...prediction.callbackUrls, ...(prediction.page ? [`${url}/ui/index.html`] : [])];
    const people = callbacks.length > 0 ? users.people(callbacks).userPoolClientId : undefined;
    const clients = { ...applications, ...(people && { people }) };
    const common = { prediction, stored, buckets, dataKey, logsKey, native: new NativeLayer(this, context) };
    const jobs = new JobsFunction(this, context, common).program;
    const { machine } = new JobsWorkflow(this, context, { program: jobs, logsKey, alarms });
    const { issuer } = users;
    const keyOf = (sensitivity: Sensitivity): IKey => {
      const name = sensitiveClasses.find((c) => c === sensitivity);
      return (name && security.classKeys[name]) ?? dataKey;
    };
    const predict = new PredictFunction(this, context, { ...common, issuer, clients, jobsMachine: machine, keyOf });
    const fromGateway = api.arnForExecuteApi('*', '/*', STAGE);
    admitGateway(predict.alias, fromGateway);
    if (prediction.page && people) {
      const signIn = { domain: users.domain.baseUrl(), client: people };
      admitGateway(new PageFunction(this, context, { signIn, dataKey, logsKey }).alias, fromGateway);
    }
    new UsagePlans(this, context, { prediction, stage: api.deploymentStage, clients });
    const firewall = new WebAcl(this, context, api.deploymentStage.stageArn, logsKey);
    new ApiAlarms(this, { api, accessLog, program: predict.program, firewall: firewall.metricName, alarms });
    new PublishedPredictionPlaces(this, context, {
      apiUrl: url,
      tokenUrl: `${users.domain.baseUrl()}/oauth2/token`,
      issuer,
      restApiId: api.restApiId,
      stage: STAGE,
      userPoolId: users.userPoolId,
      applications: Stack.of(this).toJsonString(applications),
      peopleClientId: people ?? '-',
    });
  }
}
