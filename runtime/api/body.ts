/** From bytes to JSON, or a problem that says what is wrong with them. */
import type { ApiRequest } from './http.ts';
import { ApiProblem } from './problem.ts';

/** 256 SMILES of the longest kind are half of it; API Gateway itself takes 10 MB. */
export const MAX_BODY_BYTES = 1 << 20;

const BOM = '\uFEFF';

/** Throws 413, 415 or 400. */
export function parseBody({ headers, body }: ApiRequest): unknown {
  if (body.length > MAX_BODY_BYTES)
    throw new ApiProblem('too-large', `${body.length} bytes; at most ${MAX_BODY_BYTES} are read`);
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new ApiProblem('unsupported-media-type', type ? 'another type was sent' : 'no content type was sent');
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new ApiProblem('unsupported-media-type', 'the content is encoded');
  return parseJson(text(body));
}

function text(body: Buffer): string {
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return decoded.startsWith(BOM) ? decoded.slice(1) : decoded;
  } catch (cause) {
    throw new ApiProblem('malformed-json', 'it is not UTF-8', { cause });
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    // The parser's own words repeat the text around the place.
    const place = /position (\d+)/.exec((cause as Error).message)?.[1];
    const where = place === undefined ? '' : ` at character ${place}`;
    throw new ApiProblem('malformed-json', json.trim() === '' ? 'it is empty' : `it cannot be parsed${where}`);
  }
}
