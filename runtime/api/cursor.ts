/** Cursors of pages: opaque, signed, and good for one tenant and one question only. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { invalid } from './problem.ts';

/** 128 bits of the HMAC: enough against guessing, and shorter in an address. */
const TAG_BYTES = 16;

const sign = (secret: string, bound: string, payload: string): Buffer =>
  createHmac('sha256', secret).update(`${bound}\n${payload}`).digest().subarray(0, TAG_BYTES);

/** What a cursor is bound to: a tenant, a route and everything that was asked. */
export const boundTo = (tenant: string, route: string, asked: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([tenant, route, asked]))
    .digest('hex');

/** Where the next page begins, as text that tells a caller nothing and that a caller cannot change. */
export function writeCursor(secret: string, bound: string, position: unknown): string {
  const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${payload}.${sign(secret, bound, payload).toString('base64url')}`;
}

/** The position. Throws a problem at `pointer` when the cursor was made for another tenant or question, or by somebody else. */
export function readCursor(secret: string, bound: string, cursor: string, pointer: string): unknown {
  const [payload = '', tag = '', ...rest] = cursor.split('.');
  const expected = sign(secret, bound, payload);
  const given = Buffer.from(tag, 'base64url');
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw invalid(pointer, 'belongs to another question');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown;
}
