/** What the API works with in AWS. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { tmpdir } from 'node:os';
import type { PredictEnv } from '../../protocol/env.ts';
import type { JobInput, PredictStoreEnv, SearchedVectors } from '../../protocol/prediction-store.ts';
import { DynamoMolecules } from '../../runtime/api/dynamo-inchikeys.ts';
import { DynamoJobs } from '../../runtime/api/dynamo-job-list.ts';
import { DynamoKeys } from '../../runtime/api/dynamo-keys.ts';
import type { Engine } from '../../runtime/api/engine.ts';
import type { JobRunner } from '../../runtime/api/jobs.ts';
import { openEngine } from '../../runtime/api/model.ts';
import { MoleculeCache, type MoleculeStore } from '../../runtime/api/molecule-cache.ts';
import type { ApiParts } from '../../runtime/api/operations.ts';
import { loadOnce } from '../../runtime/api/ready.ts';
import { issuerKeys } from '../../runtime/api/token.ts';
import type { Neighbours } from '../../runtime/api/similar.ts';
import { clientConfig, dynamoClient, s3Client } from '../../runtime/aws.ts';
import { openVectors } from '../../runtime/vectors/open.ts';
import { MAX_NEIGHBOURS } from '../../runtime/vectors/vector-index.ts';

type Settings = Readonly<Record<keyof typeof PredictEnv | keyof typeof PredictStoreEnv, string>>;

/** One object per process and engine. */
const memo = <K extends object, V>(make: (key: K) => V): ((key: K) => V) => {
  const made = new WeakMap<K, { value: V }>();
  return (key) => {
    const found = made.get(key) ?? { value: make(key) };
    made.set(key, found);
    return found.value;
  };
};

const log = (line: Readonly<Record<string, unknown>>): void => console.log(JSON.stringify(line));
const complain = (error: unknown): void =>
  log({ message: 'error', name: (error as Error).name, error: (error as Error).message });

/** An embedded AWS serves the keys of its pools below its own address. */
export function jwksUrl(issuer: string, env: NodeJS.ProcessEnv): string {
  const endpoint = env['AWS_ENDPOINT_URL'];
  const base = endpoint ? `${endpoint}/${issuer.slice(issuer.lastIndexOf('/') + 1)}` : issuer;
  return `${base}/.well-known/jwks.json`;
}

export function partsOf(settings: Settings, bundleFolder: string): Omit<ApiParts, 'document'> {
  const dynamo = dynamoClient();
  const molecules: (engine: Engine) => MoleculeStore = memo(
    (engine) => new DynamoMolecules(dynamo, settings.moleculesTable, engine.bundle.index.hash),
  );
  return {
    rules: {
      issuer: settings.issuer,
      clients: JSON.parse(settings.clients) as Record<string, string>,
      keys: issuerKeys(jwksUrl(settings.issuer, process.env)),
    },
    engine: loadOnce(() => openEngine(bundleFolder), complain),
    molecules,
    cache: memo((engine) => new MoleculeCache(molecules(engine), complain)),
    neighbours: memo((engine) =>
      neighboursOf(engine, JSON.parse(settings.vectors) as SearchedVectors, settings.workBucket),
    ),
    keys: new DynamoKeys(dynamo, settings.idempotencyTable),
    jobs: new DynamoJobs(dynamo, settings.jobsTable),
    runner: workflow(new SFNClient(clientConfig()), settings.jobsMachine),
    workBucket: settings.workBucket,
    jobInputs: JSON.parse(settings.jobInputs) as string[],
    jobOutputs: JSON.parse(settings.jobOutputs) as string[],
    cursorSecret: secret(settings.cursorSecret),
    log,
  };
}

/** The indexes of the classes that may be found; nothing is found where nothing is embedded. */
function neighboursOf(
  { bundle: { index } }: Engine,
  { classes, vectorBucket }: SearchedVectors,
  workBucket: string,
): Neighbours {
  if (classes.length === 0) return { most: MAX_NEIGHBOURS, search: () => Promise.resolve([]) };
  const vectors = openVectors({
    bundle: index,
    classes,
    vectorBucket,
    s3: s3Client(),
    workBucket,
    folder: tmpdir(),
  });
  return { most: MAX_NEIGHBOURS, search: (question) => vectors.search(question) };
}

function secret(arn: string): () => Promise<string> {
  const client = new SecretsManagerClient(clientConfig());
  let value: Promise<string> | undefined;
  const fetch = async (): Promise<string> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (!SecretString) throw new Error('the secret that cursors are signed with is empty');
    return SecretString;
  };
  return () =>
    (value ??= fetch().catch((error: unknown) => {
      value = undefined;
      throw error;
    }));
}

/** An execution is named after its job, so that starting twice is starting once. */
const workflow = (sfn: SFNClient, machine: string): JobRunner => ({
  start: async (tenant, id) => {
    const input: JobInput = { tenant, id };
    await sfn
      .send(new StartExecutionCommand({ stateMachineArn: machine, name: id, input: JSON.stringify(input) }))
      .catch((error: unknown) => {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      });
  },
  stop: async (_tenant, id) => {
    const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${id}`;
    await sfn.send(new StopExecutionCommand({ executionArn, cause: 'cancelled by the caller' }));
  },
});
