/** The prediction API behind API Gateway. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PredictEnv } from '../../protocol/env.ts';
import { PredictStoreEnv } from '../../protocol/prediction-store.ts';
import { PredictionApi } from '../../runtime/api/app.ts';
import type { Json } from '../../runtime/api/document.ts';
import { gatewayHandler } from '../../runtime/api/gateway.ts';
import { readEnv } from '../../runtime/env.ts';
import { partsOf } from './parts.ts';

let handle: ((event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>) | undefined;

export function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  handle ??= gatewayHandler(
    new PredictionApi({
      document: JSON.parse(readFileSync(join(__dirname, 'openapi.json'), 'utf8')) as Json,
      ...partsOf({ ...readEnv(PredictEnv), ...readEnv(PredictStoreEnv) }, join(__dirname, 'bundle')),
    }),
  );
  return handle(event);
}
