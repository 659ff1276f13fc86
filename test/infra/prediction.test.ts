import { describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { EnvironmentStacks } from '../../lib/environment.ts';
import { gatewayAnswers } from '../../lib/prediction/gateway-responses.ts';
import { apiDocument } from '../../bin/assets.ts';
import { resourcesOf, template, templateJson, type EnvironmentName } from './support/assembly.ts';
import { only, type Json } from './support/prediction.ts';
import { resolve } from './support/resolve.ts';
import { contextOf } from './support/transfer.ts';

interface Operation {
  readonly operationId?: string;
  readonly 'x-scope'?: string;
  readonly security?: Record<string, string[]>[];
  readonly 'x-amazon-apigateway-integration'?: { readonly type: string; readonly uri: string };
}
type Paths = Record<string, Record<string, Operation>>;
const definition = (environment: EnvironmentName) =>
  only(environment, 'AWS::ApiGateway::RestApi')['Body'] as {
    readonly paths: Paths;
    readonly components: { readonly schemas: Json; readonly securitySchemes: Record<string, Json> };
    readonly 'x-amazon-apigateway-gateway-responses': Record<string, Json>;
  };

/** Operations of the document by method and path. */
const documented = Object.entries((apiDocument() as unknown as { paths: Paths }).paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([, operation]) => operation.operationId)
    .map(([method, operation]) => [`${method} ${path}`, path, method, operation] as const),
);

describe('the API', () => {
  it('has every route of the document, and beyond them the page alone', () => {
    const { paths } = definition('dev');
    const routes = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );

    expect(routes.sort()).toEqual([...documented.map(([route]) => route), 'get /', 'get /ui', 'get /ui/{file}'].sort());
  });

  it.each(documented)(
    'lets %s go to the function by a token with its scope and the key of an application',
    (...args) => {
      const [, path, method, { 'x-scope': scope }] = args;
      const operation = definition('dev').paths[path]?.[method];

      expect(operation?.security).toEqual(scope && [{ accessToken: [`decant/${scope}`], applicationKey: [] }]);
      expect(operation?.['x-amazon-apigateway-integration']).toMatchObject({
        type: 'aws_proxy',
        uri: expect.stringMatching(/:function:bpc-dev-predict:live\/invocations$/),
      });
    },
  );

  it('leaves health and the page open, and nothing else', () => {
    const open = Object.entries(definition('dev').paths).flatMap(([path, item]) =>
      Object.values(item).some((operation) => !operation.security) ? [path] : [],
    );

    expect(open.sort()).toEqual(['/', '/ui', '/ui/{file}', '/v1/health/live', '/v1/health/ready']);
  });

  it('takes tokens of its own user pool', () => {
    const { accessToken } = definition('dev').components.securitySchemes;

    expect(accessToken).toMatchObject({
      'x-amazon-apigateway-authtype': 'cognito_user_pools',
      'x-amazon-apigateway-authorizer': {
        type: 'cognito_user_pools',
        providerARNs: [expect.stringContaining('arn:aws:cognito')],
      },
    });
  });

  it('validates bodies by models whose names API Gateway takes, without what it refuses', () => {
    const { schemas } = definition('dev').components;

    expect(Object.keys(schemas)).toContain('PredictionsRequest');
    expect(Object.keys(schemas).filter((name) => !/^[A-Za-z0-9]+$/.test(name))).toEqual([]);
    expect(JSON.stringify(schemas)).not.toMatch(/"(x-[^"]*|examples?|maxItems|minItems|exclusiveMinimum)":/);
  });

  it('answers as a problem with the request’s id whatever API Gateway refuses by itself', () => {
    const responses = definition('dev')['x-amazon-apigateway-gateway-responses'];

    expect(Object.keys(responses)).toEqual(gatewayAnswers.map((a) => a.type));
    for (const { responseParameters, responseTemplates } of Object.values(responses) as Record<string, Json>[]) {
      expect(responseParameters).toMatchObject({
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.x-request-id': 'context.requestId',
      });
      const body = JSON.parse(String(responseTemplates?.['application/json'])) as Json;
      expect(body).toMatchObject({
        type: expect.stringMatching(/^urn:decant:problem:/),
        request_id: '$context.requestId',
      });
      expect(JSON.stringify(body).replaceAll('$context.requestId', '')).not.toContain('$');
    }
  });

  it.each(['THROTTLED', 'QUOTA_EXCEEDED', 'INTEGRATION_FAILURE'])('says after %s when to try again', (type) => {
    const response = definition('dev')['x-amazon-apigateway-gateway-responses'][type] as Record<string, Json>;

    expect(response['responseParameters']?.['gatewayresponse.header.Retry-After']).toMatch(/^'\d+'$/);
  });

  it('is throttled as the estate says, traced, measured, and keeps no execution log, which would quote bodies', () => {
    template('dev', 'prediction').hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'api',
      TracingEnabled: true,
      MethodSettings: [
        Match.objectLike({
          LoggingLevel: 'OFF',
          DataTraceEnabled: false,
          MetricsEnabled: true,
          ThrottlingRateLimit: 300,
          ThrottlingBurstLimit: 600,
        }),
      ],
    });
  });

  it('logs each request without its path, query, headers, body or token', () => {
    const { Format } = only('dev', 'AWS::ApiGateway::Stage')['AccessLogSetting'] as { Format: string };

    expect(Object.keys(JSON.parse(Format) as Json)).toContain('requestId');
    expect(Format).toContain('$context.resourcePath');
    expect(Format).not.toMatch(
      /\$context\.(path|error\.(message|validation)|identity\.apiKey\b(?!Id)|requestOverride)/,
    );
  });

  it('speaks TLS 1.2 at least', () => {
    expect(only('dev', 'AWS::ApiGateway::RestApi')).toMatchObject({
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_2021_06',
      EndpointAccessMode: 'STRICT',
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
  });
});

describe('a private API', () => {
  it('is reached through the endpoint of the network and refuses every other way', () => {
    const { EndpointConfiguration, Policy } = only('prod', 'AWS::ApiGateway::RestApi') as Record<string, Json>;
    const [endpoint] = EndpointConfiguration?.['VpcEndpointIds'] as string[];

    expect(EndpointConfiguration).toMatchObject({ Types: ['PRIVATE'] });
    expect(endpoint).toMatch(/apiexecuteapi/);
    expect(Policy?.['Statement']).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceVpce': endpoint } } }),
    );
  });

  it('has its endpoint in the subnets of the sites, open to them alone and for the account’s APIs alone', () => {
    const [endpoint] = [...resourcesOf('prod', 'AWS::EC2::VPCEndpoint')].filter(([id]) => id.includes('apiexecuteapi'));
    const { SubnetIds, PolicyDocument, PrivateDnsEnabled } = resolve('prod/network', endpoint?.[1].Properties) as Json;
    const group = [...resourcesOf('prod', 'AWS::EC2::SecurityGroup')].find(([id]) => id.includes('/apigroup'))?.[1];

    for (const subnet of SubnetIds as string[]) expect(subnet).toContain('sitessubnets');
    expect(PrivateDnsEnabled).toBe(false);
    expect(PolicyDocument).toMatchObject({
      Statement: [{ Action: 'execute-api:Invoke', Resource: 'arn:aws:execute-api:eu-central-1:222222222222:*' }],
    });
    expect((group?.Properties?.['SecurityGroupIngress'] as Json[]).map((rule) => rule['CidrIp'])).toEqual([
      '10.1.0.0/16',
      '10.2.0.0/16',
    ]);
  });

  it('is named by a host that holds the endpoint, which machines of the sites can resolve', () => {
    const { Value } = only('prod', 'AWS::SSM::Parameter', 'placesapiUrl');

    expect(Value).toMatch(/^https:\/\/[^/]*-[^/]*apiexecuteapi[^/]*\.execute-api\.eu-central-1\.amazonaws\.com\/api$/);
  });

  it('leaves the network of a public one as it is', () => {
    const endpoints = [...resourcesOf('dev', 'AWS::EC2::VPCEndpoint').keys()];

    expect(endpoints.filter((id) => id.includes('apiexecuteapi'))).toEqual([]);
  });
});

describe('an estate without prediction', () => {
  it('has no such stack', () => {
    const context = contextOf(`
estate: bpc
environments: { dev: { kind: dev, account: '111111111111', region: eu-central-1 } }
sources: { lab: { kind: folder } }
datasets: { assays: { source: lab, contract: { format: csv, columns: [{ name: sample }] } } }
`);

    const stacks = new EnvironmentStacks(new App(), { ...context, imageFolder: 'containers/transformer' });

    expect(stacks.node.tryFindChild('catalog')).toBeDefined();
    expect(stacks.node.tryFindChild('prediction')).toBeUndefined();
    expect(Object.keys(templateJson('dev', 'prediction').Resources).length).toBeGreaterThan(50);
  });
});
