/** Serves the page on this machine alone, and passes its requests on to the API with a token that never reaches the browser. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PageConfig } from '../../protocol/page.ts';
import { PageFiles } from '../../runtime/page/files.ts';

export interface PageServerOptions {
  /** Folder with the page's files. */
  readonly folder: string;
  readonly environment: string;
  /** Address of the API's stage, before `/v1`. */
  readonly api: string;
  /** A token of the API; asked again when the API refuses the one before. */
  readonly token: () => Promise<string>;
  /** Key of the usage plan of whoever the token was given to. @default none is sent */
  readonly apiKey?: string | undefined;
  /** @default a free one */
  readonly port?: number | undefined;
}

export interface PageServer {
  /** Address with the key, without which the API is not reached. */
  readonly url: string;
  close(): Promise<void>;
}

/** The API takes 1 MB; a body above that is refused by the API itself, one above this is not read to its end. */
const MAX_BODY = 4 * 1024 * 1024;
const UPSTREAM_TIMEOUT_MS = 60_000;
const asked = ['accept', 'content-type', 'idempotency-key', 'if-none-match'];
const answered = ['content-type', 'x-request-id', 'x-model', 'x-model-sha256', 'retry-after', 'etag', 'location'];

/** Starts it on the loopback interface. Rejects when the port is taken. */
export async function startPage(options: PageServerOptions): Promise<PageServer> {
  const key = randomBytes(32).toString('base64url');
  const files = new PageFiles(options.folder);
  const config: PageConfig = { environment: options.environment, signIn: { kind: 'key' } };
  const forward = forwarder(options);
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      // What went wrong may name a structure; it is not told.
      if (!response.headersSent) problem(response, 502, 'No answer', 'The API behind this page does not answer');
      else response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const own = hosts(server.address() as AddressInfo);
    // A name that resolves to this machine must not make the page another site's (DNS rebinding).
    if (!own.includes(request.headers.host ?? ''))
      return problem(response, 421, 'Wrong host', 'Use the printed address');
    const origin = request.headers.origin;
    if (origin !== undefined && !own.some((host) => origin === `http://${host}`)) {
      return problem(response, 403, 'Forbidden', 'Another site may not ask');
    }
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/v1/')) {
      if (!sameKey(request.headers.authorization, key)) {
        return problem(response, 401, 'Unauthorized', 'Open the whole address that decant local page printed');
      }
      return forward(request, response);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return problem(response, 405, 'Method not allowed', 'The page is read only');
    }
    const name = /^\/ui\/([^/]+)$/.exec(pathname)?.[1];
    if (name === undefined) {
      response.writeHead(302, { location: '/ui/index.html' }).end();
      return;
    }
    const { status, headers, body } = await files.answer(name, config, request.headers['if-none-match']);
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/ui/index.html#key=${key}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const hosts = ({ port }: AddressInfo): string[] => [`127.0.0.1:${port}`, `localhost:${port}`];

function sameKey(header: string | undefined, key: string): boolean {
  const [given, wanted] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${key}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Sends a request on with a token, and once more with a new one when the API refuses the first. */
function forwarder({
  api,
  token,
  apiKey,
}: PageServerOptions): (rq: IncomingMessage, rs: ServerResponse) => Promise<void> {
  let current: Promise<string> | undefined;
  const get = (): Promise<string> => {
    const asking = (current ??= token());
    asking.catch(() => {
      if (current === asking) current = undefined;
    });
    return asking;
  };
  return async (request, response) => {
    const body = await read(request);
    if (body === undefined) return problem(response, 413, 'Too large', 'A request may have 1 MB');
    const once = async (): Promise<Response> =>
      fetch(`${api.replace(/\/$/, '')}${request.url ?? '/'}`, {
        method: request.method ?? 'GET',
        headers: {
          ...pick(asked, (name) => request.headers[name]),
          authorization: `Bearer ${await get()}`,
          ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
        },
        body: body.length ? body : null,
        signal: AbortSignal.timeout(UPSTREAM_TIMEOUT_MS),
      });
    let got = await once();
    if (got.status === 401) {
      current = undefined;
      got = await once();
    }
    const text = Buffer.from(await got.arrayBuffer());
    response.writeHead(got.status, {
      ...pick(answered, (name) => got.headers.get(name)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(text);
  };
}

const pick = (
  names: readonly string[],
  of: (name: string) => string | string[] | null | undefined,
): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = of(name);
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** The whole body; undefined when it is too large. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function problem(response: ServerResponse, status: number, title: string, detail: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ type: 'about:blank', title, status, detail }));
}
