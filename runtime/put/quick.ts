/**
 * PutObject for many small files. Of the CPU that such a request costs, the SDK's layers take most; here they shape the
 * first request, and the next ones are copies of it with their own key, checksum, metadata and signature. Whatever does
 * not end with 200 is left to the SDK, with its retries, its errors and its care for clocks that are wrong.
 */
import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { NodeHttpHandler } from '@smithy/node-http-handler';

type Request = Parameters<NodeHttpHandler['handle']>[0];

/** Larger bodies are asked for leave first (Expect: 100-continue), which is the SDK's business. Bytes. */
const MAX_BYTES = 1024 * 1024;
const UNSIGNED = 'UNSIGNED-PAYLOAD';
/** Headers that are the same for every object. The rest is the object's own, or the signature's. */
const SHARED = new Set(['host', 'content-type', 'user-agent', 'x-amz-user-agent']);

/** As S3 wants keys in paths: everything but unreserved characters and slashes in percent signs. */
const encodeKey = (key: string): string =>
  key
    .split('/')
    .map((s) => encodeURIComponent(s).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`))
    .join('/');

export class QuickPut {
  readonly #client: S3Client;
  #model: Request | undefined;
  /** Path before the key. */
  #base = '';

  /** Learns from the PutObject requests of `client`, all of which must be to one bucket. */
  constructor(client: S3Client) {
    this.#client = client;
    client.middlewareStack.add(
      (next, context) => (args) => {
        const { Key } = args.input as PutObjectCommandInput;
        if (context.commandName === 'PutObjectCommand' && Key !== undefined) this.#learn(args.request as Request, Key);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'quickPut', override: true },
    );
  }

  /** ETag of the object; undefined when the SDK must send it, for the first ones and after every failure. */
  async put(
    key: string,
    body: Buffer,
    checksum: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    if (!this.#model || body.length > MAX_BYTES) return undefined;
    const request = this.#model.clone();
    request.path = this.#base + encodeKey(key);
    request.headers['content-length'] = String(body.length);
    request.headers['x-amz-checksum-crc32'] = checksum;
    for (const [name, value] of Object.entries(metadata)) request.headers[`x-amz-meta-${name}`] = value;
    request.body = body;
    try {
      const signer = await this.#client.config.signer();
      const signed = (await signer.sign(request, { signingDate: new Date() })) as Request;
      const handler = this.#client.config.requestHandler as NodeHttpHandler;
      const { response } = await handler.handle(signed);
      (response.body as NodeJS.ReadableStream).resume();
      return response.statusCode === 200 ? response.headers['etag'] : undefined;
    } catch {
      return undefined;
    }
  }

  #learn(request: Request, key: string): void {
    const encoded = encodeKey(key);
    if (this.#model || !request.path.endsWith(encoded)) return;
    const model = request.clone();
    model.body = undefined;
    const unsigned = request.headers['x-amz-content-sha256'] === UNSIGNED;
    model.headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => SHARED.has(name)));
    if (unsigned) model.headers['x-amz-content-sha256'] = UNSIGNED;
    this.#base = request.path.slice(0, -encoded.length);
    this.#model = model;
  }
}
