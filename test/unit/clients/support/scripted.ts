/** An HTTP server on loopback that answers as its script says, and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}
export type Step = (response: ServerResponse, asked: Asked) => void;

export interface Scripted {
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** The steps in their order, the last one again and again. */
export async function scripted(...steps: readonly Step[]): Promise<Scripted> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, path: url, headers, text: Buffer.concat(parts).toString() };
      asked.push(one);
      steps[Math.min(asked.length, steps.length) - 1]?.(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

export const text =
  (status: number, body: string, headers: Record<string, string> = {}): Step =>
  (response) =>
    response.writeHead(status, headers).end(body);

export const problem = (status: number, detail: string, headers: Record<string, string> = {}): Step =>
  json(status, { type: 'urn:decant:problem:x', title: 'A problem', status, detail }, headers);

/** Promises more than it sends, then breaks the connection. */
export const broken: Step = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"model":', () => response.destroy());
};

export const model = { name: 'chemberta-mtr-mini', version: '1.0.0', sha256: 'a'.repeat(64) };

interface Request {
  readonly items: readonly { readonly smiles: string }[];
}

/** Predictions for whatever is asked: the weight is the length of the SMILES, and `bad` cannot be read. */
export const predictions =
  (sha256 = model.sha256): Step =>
  (response, { text: body }) => {
    const { items } = JSON.parse(body) as Request;
    const answers = items.map(({ smiles }, index) =>
      smiles === 'bad'
        ? {
            index,
            status: 'error',
            error: { type: 'urn:x', title: 'Bad', detail: 'no', code: 'INVALID_SMILES', position: 0 },
          }
        : {
            index,
            status: 'ok',
            canonical_smiles: smiles,
            predictions: [{ endpoint: 'MolWt', value: smiles.length, unit: 'g/mol', status: 'descriptor' }],
          },
    );
    json(200, { model: { ...model, sha256 }, summary: { ok: 0, failed: 0 }, items: answers })(response, {} as Asked);
  };
