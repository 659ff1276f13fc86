/** AWS clients, one per service and process, with the settings that every program here wants. */
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { rulesOf, seal } from './seal.ts';

/** Sockets per client: enough for the parallel calls of one task, few enough for a small machine. */
const MAX_SOCKETS = 64;

/** Settings for every SDK client: kept-alive sockets, adaptive retries for throttling. */
export const clientConfig = (env: NodeJS.ProcessEnv = process.env) => ({
  maxAttempts: Number(env['AWS_MAX_ATTEMPTS'] ?? 8),
  requestHandler: new NodeHttpHandler({
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  }),
});

let s3: S3Client | undefined;
/**
 * S3; path style where an endpoint is named, since an embedded AWS has no bucket host names. Objects of sensitive datasets
 * are written with the key of their class.
 */
export const s3Client = (): S3Client =>
  (s3 ??= seal(
    new S3Client({ ...clientConfig(), forcePathStyle: Boolean(process.env['AWS_ENDPOINT_URL']) }),
    rulesOf(process.env),
  ));

let dynamo: DynamoDBClient | undefined;
export const dynamoClient = (): DynamoDBClient => (dynamo ??= new DynamoDBClient(clientConfig()));

let sfn: SFNClient | undefined;
export const sfnClient = (): SFNClient => (sfn ??= new SFNClient(clientConfig()));
