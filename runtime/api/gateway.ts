/** Requests as API Gateway's proxy integration brings them, and answers as it wants them. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { randomUUID } from 'node:crypto';
import type { PredictionApi } from './app.ts';
import type { ApiRequest } from './http.ts';

type Proxied = Pick<
  APIGatewayProxyEvent,
  'httpMethod' | 'path' | 'headers' | 'multiValueQueryStringParameters' | 'body' | 'isBase64Encoded'
> & { readonly requestContext?: { readonly requestId?: string } };

const defined = <T>(record: Readonly<Record<string, T | undefined>> | null): [string, T][] =>
  Object.entries(record ?? {}).filter((entry): entry is [string, T] => entry[1] !== undefined);

export function fromGateway(event: Proxied): ApiRequest {
  return {
    method: event.httpMethod,
    path: event.path,
    query: Object.fromEntries(defined(event.multiValueQueryStringParameters)),
    headers: Object.fromEntries(defined(event.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId: event.requestContext?.requestId ?? randomUUID(),
  };
}

/** The handler: never throws, so that no error is answered in words that are not ours. */
export const gatewayHandler =
  (api: PredictionApi) =>
  async (event: Proxied): Promise<APIGatewayProxyResult> => {
    const { status, headers, body } = await api.answer(fromGateway(event));
    return { statusCode: status, headers: { ...headers }, body, isBase64Encoded: false };
  };
