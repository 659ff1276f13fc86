/** Stands between a task and the emulator, counts its requests, and answers some of them with the errors of an AWS in trouble. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Fault {
  readonly service: 's3' | 'dynamodb';
  readonly status: number;
  readonly code: string;
}

const serviceOf = (req: IncomingMessage): 's3' | 'dynamodb' | 'other' => {
  const target = req.headers['x-amz-target'];
  return target === undefined ? 's3' : String(target).startsWith('DynamoDB') ? 'dynamodb' : 'other';
};

export class FaultProxy {
  readonly #server: Server;
  readonly #target = new URL(process.env['AWS_ENDPOINT_URL'] ?? '');
  #fault: { every: number; fault: Fault } | undefined;
  #matching = 0;
  #toCut = 0;
  #cutAfter = 0;
  #heard: (total: number) => void = () => undefined;
  requests = 0;
  failed = 0;
  cuts = 0;

  private constructor() {
    this.#server = createServer((req, res) => this.#pass(req, res));
  }

  static async start(): Promise<FaultProxy> {
    const proxy = new FaultProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** Environment that leads a task here. */
  get env(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  }

  /** Every n-th request to the service fails. */
  failEvery(every: number, fault: Fault): void {
    this.#fault = { every, fault };
  }

  /** The next n bodies from S3 that are longer end after so many bytes. */
  cutBodies(n: number, after: number): void {
    this.#toCut = n;
    this.#cutAfter = after;
  }

  /** Called with the number of requests so far, before each is passed on. */
  onRequest(heard: (total: number) => void): void {
    this.#heard = heard;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(req: IncomingMessage, res: ServerResponse): void {
    this.#heard(++this.requests);
    const { fault, every = 0 } = this.#fault ?? {};
    if (fault && serviceOf(req) === fault.service && ++this.#matching % every === 0) {
      this.failed++;
      req.resume();
      const body =
        fault.service === 's3'
          ? `<Error><Code>${fault.code}</Code><Message>in trouble</Message></Error>`
          : JSON.stringify({ __type: fault.code, message: 'in trouble' });
      res
        .writeHead(fault.status, {
          'content-type': fault.service === 's3' ? 'application/xml' : 'application/x-amz-json-1.0',
        })
        .end(body);
      return;
    }
    const { hostname, port } = this.#target;
    // The host is kept as the task signed it.
    const out = request({ hostname, port, method: req.method, path: req.url, headers: req.headers }, (answer) =>
      this.#answer(req, res, answer),
    );
    out.on('error', () => res.destroy());
    req.pipe(out);
  }

  #answer(req: IncomingMessage, res: ServerResponse, answer: IncomingMessage): void {
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    const length = Number(answer.headers['content-length'] ?? 0);
    if (this.#toCut === 0 || req.method !== 'GET' || length <= this.#cutAfter) {
      answer.pipe(res);
      return;
    }
    this.#toCut--;
    this.cuts++;
    let left = this.#cutAfter;
    answer.on('data', (chunk: Buffer) => {
      if (left <= 0) return;
      const piece = chunk.subarray(0, left);
      left -= piece.length;
      res.write(piece, () => void (left <= 0 && res.destroy()));
    });
  }
}
