/** The handler behind loopback HTTP, called as API Gateway calls it. Beside it the token issuer. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { PredictionApi } from '../../runtime/api/app.ts';
import { gatewayHandler } from '../../runtime/api/gateway.ts';
import { makeIssuer, type Issuer } from './issuer.ts';
import { localParts, type LocalParts } from './parts.ts';

/** API Gateway takes 10 MB, and answers 413 itself above. */
const MAX_BODY_BYTES = 10 * 2 ** 20;

export interface LocalApi {
  readonly url: string;
  readonly issuer: Issuer;
  close(): Promise<void>;
}

/** Starts on a loopback port; 0 lets the system choose. */
export async function serveApi(parts: Omit<LocalParts, 'issuer'>, port = 0): Promise<LocalApi> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = await makeIssuer(url);
  const handle = gatewayHandler(new PredictionApi(localParts({ ...parts, issuer })));
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response, handle, issuer).catch(() => response.destroy());
  });
  return { url, issuer, close: () => close(server) };
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

type Handler = ReturnType<typeof gatewayHandler>;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: Handler,
  issuer: Issuer,
): Promise<void> {
  const { pathname, searchParams } = new URL(`http://localhost${request.url ?? '/'}`);
  const body = await bodyOf(request);
  if (body === undefined) return send(response, 413, {}, 'the body is too large');
  if (pathname === '/.well-known/jwks.json') return sendJson(response, 200, issuer.keys);
  if (pathname === '/oauth2/token' && request.method === 'POST') {
    const granted = await issuer.grant(request.headers.authorization, new URLSearchParams(body.toString()));
    return sendJson(response, granted.status, granted.body);
  }
  const query: Record<string, string[]> = {};
  for (const [name, value] of searchParams) (query[name] ??= []).push(value);
  const result = await handle({
    httpMethod: request.method ?? 'GET',
    path: pathname,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([n, v]) => [n, Array.isArray(v) ? v.join(',') : v]),
    ),
    multiValueQueryStringParameters: Object.keys(query).length ? query : null,
    // As API Gateway does with binary media types: nothing of the bytes is lost.
    body: body.length > 0 ? body.toString('base64') : null,
    isBase64Encoded: true,
    requestContext: { requestId: randomUUID() },
  });
  send(response, result.statusCode, result.headers as Record<string, string>, result.body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, { 'Content-Type': 'application/json' }, JSON.stringify(body));

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
