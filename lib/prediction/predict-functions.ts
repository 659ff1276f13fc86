/** The functions behind the API: one answers requests, one works on jobs, one serves the page. */
import { Duration, Stack } from 'aws-cdk-lib';
import { type IRole, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Alias, type ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type Env, type PageEnv, type PredictEnv } from '../../protocol/env.ts';
import { fitName } from '../../protocol/names.ts';
import { JOBS_PREFIX, type PredictJobsEnv, type PredictStoreEnv } from '../../protocol/prediction-store.ts';
import type { Sensitivity } from '../../protocol/contract.ts';
import type { Prediction } from '../../protocol/prediction.ts';
import { accept } from '../base/accept.ts';
import type { EstateContext, FunctionName } from '../base/context.ts';
import { allow } from '../base/grant.ts';
import { ProgramFunction } from '../ingest/program-function.ts';
import type { Buckets } from '../storage/buckets.ts';
import { jobPlaces, grantJobPlaces } from './job-places.ts';
import { grantSearch, searchedVectors } from './searched.ts';
import type { Stored } from './stored.ts';

/** One vCPU: a request is one thread of RDKit and ONNX Runtime, and more memory would buy a second core that idles. */
const MEMORY = 1769;
/** What API Gateway waits for; whoever asks has gone after it. */
const ANSWER = Duration.seconds(29);
/** Longest name of a function. */
const FUNCTION_NAME = 64;
/** Version that callers reach. */
export const LIVE = 'live';

/** Known ahead: the API names its functions before they are there, and they know the API's clients. */
export const functionName = ({ estate, environmentName }: EstateContext, name: FunctionName): string =>
  fitName(`${estate}-${environmentName}-${name}`, FUNCTION_NAME);

export interface PredictProps {
  readonly prediction: Prediction;
  readonly stored: Stored;
  readonly buckets: Buckets;
  readonly dataKey: IKey;
  readonly logsKey: IKey;
  readonly native: ILayerVersion;
}

export interface ApiFunctionProps extends PredictProps {
  readonly issuer: string;
  /** Name → client id; of applications and of people. */
  readonly clients: Readonly<Record<string, string>>;
  readonly jobsMachine: StateMachine;
  /** Key of the vectors of a class. */
  readonly keyOf: (sensitivity: Sensitivity) => IKey;
}

/** Answers requests. */
export class PredictFunction extends Construct {
  readonly program: ProgramFunction;
  readonly alias: Alias;

  constructor(scope: Construct, context: EstateContext, props: ApiFunctionProps) {
    super(scope, 'predict');
    const { prediction, stored, buckets, dataKey } = props;
    const stack = Stack.of(this);
    const { inputs, outputs } = jobPlaces(prediction, buckets.work);
    const searched = searchedVectors(this, context, prediction);
    const environment: Env<typeof PredictEnv> & Env<typeof PredictStoreEnv> = {
      ESTATE: context.estate,
      ENVIRONMENT: context.environmentName,
      TOKEN_ISSUER: props.issuer,
      TOKEN_CLIENTS: stack.toJsonString(Object.fromEntries(Object.entries(props.clients).map(([n, id]) => [id, n]))),
      IDEMPOTENCY_TABLE: stored.idempotency.tableName,
      MOLECULES_TABLE: stored.molecules.tableName,
      JOBS_TABLE: stored.jobs.tableName,
      CURSOR_SECRET_ARN: stored.cursorSecret.secretArn,
      JOBS_MACHINE_ARN: props.jobsMachine.stateMachineArn,
      JOB_INPUTS: stack.toJsonString(inputs),
      JOB_OUTPUTS: stack.toJsonString(outputs),
      VECTORS: stack.toJsonString(searched),
      WORK_BUCKET: buckets.work.bucketName,
      TRANSFORMED_BUCKET: buckets.transformed.bucketName,
    };
    this.program = new ProgramFunction(this, 'predict', context, {
      description: 'Answers requests of the prediction API',
      functionName: functionName(context, 'predict'),
      timeout: ANSWER,
      memory: MEMORY,
      logsKey: props.logsKey,
      environmentKey: dataKey,
      folders: { bundle: context.bundle().folder },
      layers: [props.native],
      environment,
    });
    this.grant(props);
    grantSearch(this.program, context, searched, { work: buckets.work, keyOf: props.keyOf });
    this.alias = live(this, this.program, prediction.provisionedConcurrency);
  }

  private grant({ stored, buckets, dataKey, jobsMachine }: ApiFunctionProps): void {
    const { program } = this;
    const { region } = Stack.of(this);
    stored.idempotency.grantUse(program, ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']);
    stored.molecules.grantUse(program, ['GetItem', 'BatchGetItem', 'PutItem', 'BatchWriteItem', 'Query']);
    stored.jobs.grantUse(program, ['GetItem', 'PutItem', 'UpdateItem', 'Query']);
    allow(program, ['secretsmanager:GetSecretValue'], [stored.cursorSecret.secretArn]);
    allow(program, ['kms:Decrypt'], [dataKey.keyArn], {
      StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
    });
    jobsMachine.grantStartExecution(program);
    jobsMachine.grantExecution(program, 'states:DescribeExecution', 'states:StopExecution');
    accept(
      program.grantPrincipal as IRole,
      'IAM5[Resource::{}:execution:{}]',
      'Executions of the workflow of jobs; each is named after its job, at run time.',
    );
    // A job's results are read back for their counts.
    buckets.work.grantReadKeys(program, [`${JOBS_PREFIX}*`], 'keys');
  }
}

/** Works on jobs, a part at a time. */
export class JobsFunction extends Construct {
  readonly program: ProgramFunction;

  constructor(scope: Construct, context: EstateContext, props: PredictProps) {
    super(scope, 'jobs-program');
    const { prediction, stored, buckets, dataKey, logsKey, native } = props;
    const environment: Env<typeof PredictJobsEnv> = {
      ENVIRONMENT: context.environmentName,
      JOBS_TABLE: stored.jobs.tableName,
      MOLECULES_TABLE: stored.molecules.tableName,
      WORK_BUCKET: buckets.work.bucketName,
    };
    this.program = new ProgramFunction(this, 'predict-jobs', context, {
      description: 'Splits jobs of the prediction API, computes their parts and writes their results',
      timeout: Duration.minutes(15), // Lambda's most; a part is a few minutes' work.
      memory: MEMORY,
      logsKey,
      environmentKey: dataKey,
      folders: { bundle: context.bundle().folder },
      layers: [native],
      environment,
    });
    stored.jobs.grantUse(this.program, ['GetItem', 'PutItem', 'UpdateItem', 'Query']);
    stored.molecules.grantUse(this.program, ['BatchGetItem', 'BatchWriteItem', 'PutItem', 'Query']);
    buckets.work.grantReadKeys(this.program, [`${JOBS_PREFIX}*`], 'keys');
    buckets.work.grantWriteKeys(this.program, [`${JOBS_PREFIX}*`]);
    grantJobPlaces(this.program, prediction, buckets.work);
  }
}

export interface PageProps {
  /** Address of the pool's pages, and the client that people sign in as. */
  readonly signIn: { readonly domain: string; readonly client: string };
  readonly dataKey: IKey;
  readonly logsKey: IKey;
}

/** Serves the page's files; reads nothing of the estate. */
export class PageFunction extends Construct {
  readonly alias: Alias;

  constructor(scope: Construct, context: EstateContext, { logsKey, dataKey, signIn }: PageProps) {
    super(scope, 'page');
    const environment: Env<typeof PageEnv> = {
      ENVIRONMENT: context.environmentName,
      SIGN_IN_DOMAIN: signIn.domain,
      SIGN_IN_CLIENT: signIn.client,
    };
    const program = new ProgramFunction(this, 'page', context, {
      description: 'Serves the page to try the prediction API',
      functionName: functionName(context, 'page'),
      timeout: Duration.seconds(10),
      memory: 512,
      logsKey,
      environmentKey: dataKey,
      environment,
    });
    this.alias = live(this, program, 0);
  }
}

/** Callers reach one version until the next one is there. */
function live(scope: Construct, program: ProgramFunction, warm: number): Alias {
  return new Alias(scope, 'live', {
    aliasName: LIVE,
    version: program.currentVersion,
    ...(warm > 0 && { provisionedConcurrentExecutions: warm }),
  });
}

/** API Gateway may call it, for this API and stage alone. */
export const admitGateway = (alias: Alias, sourceArn: string): void =>
  alias.addPermission('gateway', { principal: new ServicePrincipal('apigateway.amazonaws.com'), sourceArn });
