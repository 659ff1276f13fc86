import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { predictionPath, predictionPlaceNames } from '../../protocol/places.ts';
import { scopes } from '../../protocol/prediction.ts';
import { environments, resourcesOf, template, type EnvironmentName } from './support/assembly.ts';
import { only, type Json } from './support/prediction.ts';
import { resolve } from './support/resolve.ts';

describe('who may use it', () => {
  const clients = (environment: EnvironmentName): Map<string, Json> =>
    new Map(
      [...resourcesOf(environment, 'AWS::Cognito::UserPoolClient').values()].map((r) => {
        const properties = resolve(`${environment}/prediction`, r.Properties) as Json;
        return [properties['ClientName'] as string, properties];
      }),
    );

  it('are applications with a secret, client credentials and their scopes alone', () => {
    expect(clients('dev').get('lims')).toMatchObject({
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: [
        expect.stringContaining('/molecules.read'),
        expect.stringContaining('/predictions.write'),
        expect.stringContaining('/models.read'),
      ],
      AccessTokenValidity: 60,
      EnableTokenRevocation: true,
    });
  });

  it('are people by authorisation code, without a secret, who come back to the page and where the estate says', () => {
    const people = clients('dev').get('people');

    expect(people).toMatchObject({ GenerateSecret: false, AllowedOAuthFlows: ['code'], AccessTokenValidity: 60 });
    expect(people?.['CallbackURLs']).toEqual([
      'https://notebooks.example.com/callback',
      expect.stringMatching(/^https:\/\/.*\/api\/ui\/index\.html$/),
    ]);
  });

  it('are no people where there is neither a page nor an address to come back to', () => {
    expect([...clients('prod').keys()]).toEqual(['lims']);
    expect(resourcesOf('prod', 'AWS::Lambda::Function').size).toBeGreaterThan(0);
    expect([...resourcesOf('prod', 'AWS::Lambda::Function').keys()].filter((id) => id.includes('/page'))).toEqual([]);
  });

  it('have the scopes of protocol/prediction.ts', () => {
    const { Identifier, Scopes } = only('dev', 'AWS::Cognito::UserPoolResourceServer');

    expect(Identifier).toBe('decant');
    expect((Scopes as Json[]).map((s) => s['ScopeName'])).toEqual(Object.keys(scopes));
  });

  it.each([
    ['prod', 'ON', 'PLUS'],
    ['dev', 'OPTIONAL', 'ESSENTIALS'],
  ] as const)('sign themselves in by a second factor in %s: %s, on the plan %s', (environment, mfa, plan) => {
    expect(only(environment, 'AWS::Cognito::UserPool')).toMatchObject({
      MfaConfiguration: mfa,
      UserPoolTier: plan,
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: 'ACTIVE',
      KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY' },
    });
  });

  it.each(environments)('each have a plan and a key, which is the id of their client, in %s', (environment) => {
    const names = [...clients(environment).keys()].map((name) => `bpc-${environment}-${name}`).sort();
    const keys = [...resourcesOf(environment, 'AWS::ApiGateway::ApiKey').values()];
    const plans = [...resourcesOf(environment, 'AWS::ApiGateway::UsagePlan').values()];

    expect(keys.map((r) => r.Properties?.['Name']).sort()).toEqual(names);
    expect(plans.map((r) => r.Properties?.['UsagePlanName']).sort()).toEqual(names);
    for (const { Properties } of keys) expect(JSON.stringify(Properties?.['Value'])).toMatch(/"Ref":"users/);
    for (const { Properties } of plans) {
      expect(Properties).toMatchObject({
        Throttle: { RateLimit: 50, BurstLimit: 100 },
        Quota: { Limit: 1_000_000, Period: 'DAY' },
      });
    }
  });

  it('find their secret in Secrets Manager, and no template holds one', () => {
    const { Name, SecretString, KmsKeyId } = [...resourcesOf('dev', 'AWS::SecretsManager::Secret').values()].find(
      (r) => r.Properties?.['Name'] === 'decant/bpc/dev/prediction/lims',
    )?.Properties as Json;

    expect(Name).toBeDefined();
    expect(KmsKeyId).toBeDefined();
    expect(JSON.stringify(SecretString)).toContain('"ClientSecret"]');
  });
});

describe('the firewall', () => {
  it('stands before the stage, with rules of AWS and a bound for one address', () => {
    const { Rules, DefaultAction } = only('dev', 'AWS::WAFv2::WebACL') as { Rules: Json[]; DefaultAction: Json };

    expect(DefaultAction).toEqual({ Allow: {} });
    expect(Rules.map((r) => r['Name'])).toEqual([
      'rate-of-one-address',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
    expect(Rules[0]).toMatchObject({ Action: { Block: {} }, Statement: { RateBasedStatement: { Limit: 90_000 } } });
    expect(only('dev', 'AWS::WAFv2::WebACLAssociation')['ResourceArn']).toMatch(/\/restapis\/.*\/stages\//);
  });

  it('only counts bodies above 8 KB, since a batch is up to 1 MB', () => {
    const rules = only('dev', 'AWS::WAFv2::WebACL')['Rules'] as Json[];

    expect(rules.find((r) => r['Name'] === 'AWSManagedRulesCommonRuleSet')).toMatchObject({
      Statement: {
        ManagedRuleGroupStatement: {
          RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }],
        },
      },
    });
  });

  it('logs, without tokens, keys, paths and queries', () => {
    const { RedactedFields, LogDestinationConfigs } = only('dev', 'AWS::WAFv2::LoggingConfiguration');

    expect(RedactedFields).toEqual([
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'x-api-key' } },
      { UriPath: {} },
      { QueryString: {} },
    ]);
    expect(LogDestinationConfigs).toEqual([expect.stringMatching(/:log-group:aws-waf-logs-bpc-dev-prediction$/)]);
  });
});

describe('the functions', () => {
  it('are called by this API’s stage alone, as the version that is live', () => {
    const permissions = [...resourcesOf('dev', 'AWS::Lambda::Permission')]
      .filter(([id]) => id.startsWith('dev/prediction/'))
      .map(([, r]) => resolve('dev/prediction', r.Properties) as Json);

    expect(permissions).toHaveLength(2);
    for (const { Principal, SourceArn } of permissions) {
      expect(Principal).toBe('apigateway.amazonaws.com');
      expect(SourceArn).toMatch(/^arn:aws:execute-api:eu-central-1:111111111111:[^*/]+\/api\/\*\/\*$/);
    }
  });

  it('have their native packages in a layer for arm64, and an environment under the data key', () => {
    template('dev', 'prediction').hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'bpc-dev-predict',
      Architectures: ['arm64'],
      Timeout: 29,
      MemorySize: 1769,
      Layers: [Match.anyValue()],
      KmsKeyArn: Match.anyValue(),
    });
    expect(only('dev', 'AWS::Lambda::LayerVersion')).toMatchObject({ CompatibleArchitectures: ['arm64'] });
  });

  it('are kept warm only where the estate says so', () => {
    const warm = (environment: EnvironmentName) =>
      [...resourcesOf(environment, 'AWS::Lambda::Alias').values()].flatMap(
        (r) => r.Properties?.['ProvisionedConcurrencyConfig'] ?? [],
      );

    expect(warm('prod')).toEqual([{ ProvisionedConcurrentExecutions: 2 }]);
    expect(warm('dev')).toEqual([]);
  });

  it('know every client by name', () => {
    const { Environment } = only('dev', 'AWS::Lambda::Function', 'predictA') as { Environment: { Variables: Json } };
    const clients = JSON.parse(String(Environment.Variables['TOKEN_CLIENTS'])) as Json;

    expect(Object.values(clients)).toEqual(['lims', 'notebooks', 'people']);
  });
});

describe('what clients need', () => {
  it.each(environments)('is published in %s', (environment) => {
    const names = [...resourcesOf(environment, 'AWS::SSM::Parameter').values()].map((r) => r.Properties?.['Name']);

    expect(names).toEqual(
      expect.arrayContaining(predictionPlaceNames.map((name) => `${predictionPath('bpc', environment)}/${name}`)),
    );
  });
});
