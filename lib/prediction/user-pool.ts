/** Who may use the API: a pool of its own, whose scopes are those of the API, with a client for each application and one for people. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import {
  AccountRecovery,
  type CfnUserPool,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolDomain,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { fitName } from '../../protocol/names.ts';
import { RESOURCE_SERVER, type Scope, scopes } from '../../protocol/prediction.ts';
import { accept } from '../base/accept.ts';
import { dataRemoval, deletesData, type EstateContext } from '../base/context.ts';

/** Long enough that a batch of hours asks for few tokens, which Cognito charges for; short enough for what is revoked. */
const ACCESS = Duration.hours(1);
/** A working day: people sign in once a day. */
const SESSION = Duration.hours(12);
/** Cognito's limit of a domain prefix. */
const DOMAIN = 63;

export class ApiUserPool extends UserPool {
  readonly domain: UserPoolDomain;
  private readonly server: UserPoolResourceServer;
  private readonly serverScopes: ReadonlyMap<Scope, ResourceServerScope>;

  constructor(scope: Construct, context: EstateContext, key: IKey) {
    const { environment, estate, environmentName } = context;
    const prod = environment.kind === 'prod';
    super(scope, 'users', {
      userPoolName: `${estate}-${environmentName}`,
      selfSignUpEnabled: false, // Operators add people.
      signInAliases: { email: true },
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: prod ? Mfa.REQUIRED : Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      // Threat protection belongs to the plan that costs by the user; nobody but developers is in the other pools.
      featurePlan: prod ? FeaturePlan.PLUS : FeaturePlan.ESSENTIALS,
      ...(prod && { standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION }),
      deletionProtection: !deletesData(environment),
      removalPolicy: dataRemoval(environment),
    });
    (this.node.defaultChild as CfnUserPool).keyConfiguration = {
      keyType: 'CUSTOMER_MANAGED_KEY',
      kmsKeyArn: key.keyArn,
    };
    if (!prod) {
      accept(
        this,
        'COG8',
        'The plan with threat protection costs by the user and is for prod; here are developers alone.',
      );
      accept(this, 'COG2', 'Developers may leave the second factor out here; in prod it is required.');
    }
    this.serverScopes = new Map(
      Object.entries(scopes).map(([scopeName, scopeDescription]) => [
        scopeName as Scope,
        new ResourceServerScope({ scopeName, scopeDescription }),
      ]),
    );
    this.server = this.addResourceServer('server', {
      identifier: RESOURCE_SERVER,
      userPoolResourceServerName: 'Decant prediction API',
      scopes: [...this.serverScopes.values()],
    });
    this.domain = this.addDomain('domain', {
      cognitoDomain: {
        // Unique in the Region, over all accounts.
        domainPrefix: fitName(`${estate}-${environmentName}-${Stack.of(this).account}`, DOMAIN),
      },
    });
  }

  /** `iss` of its tokens (Cognito developer guide, amazon-cognito-user-pools-using-the-access-token). */
  get issuer(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `https://cognito-idp.${region}.${urlSuffix}/${this.userPoolId}`;
  }

  /** A program that signs in with a secret of its own, for its scopes and no others. */
  application(name: string, wanted: readonly Scope[]): UserPoolClient {
    const client = this.addClient(`application-${name}`, {
      userPoolClientName: name,
      generateSecret: true,
      authFlows: {},
      oAuth: { flows: { clientCredentials: true }, scopes: this.oauthScopes(wanted) },
      accessTokenValidity: ACCESS,
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
    client.applyRemovalPolicy(RemovalPolicy.DESTROY); // Without its estate entry an application has no access.
    return client;
  }

  /** People sign in on the pool's pages: authorisation code with PKCE, without a secret, which a page could not keep. */
  people(callbackUrls: readonly string[]): UserPoolClient {
    return this.addClient('people', {
      userPoolClientName: 'people',
      generateSecret: false,
      authFlows: {},
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, ...this.oauthScopes(Object.keys(scopes) as Scope[])],
        callbackUrls: [...callbackUrls],
        logoutUrls: [...callbackUrls],
      },
      accessTokenValidity: ACCESS,
      idTokenValidity: ACCESS,
      refreshTokenValidity: SESSION,
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
  }

  private oauthScopes(wanted: readonly Scope[]): OAuthScope[] {
    return wanted.map((name) => {
      const found = this.serverScopes.get(name);
      if (!found) throw new RangeError(`${name} is no scope of the API`);
      return OAuthScope.resourceServer(this.server, found);
    });
  }
}
