/** Ids that sort by the time they were made at. */
import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no i, l, o, u, which people read as others. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;
export const ID_PATTERN = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** 26 characters: 10 of the time (milliseconds since 1970), 16 random ones. */
export function timeId(ms: number, random: (bytes: number) => Uint8Array = randomBytes): string {
  let time = '';
  for (let i = 0, left = ms; i < TIME_DIGITS; i++, left = Math.floor(left / 32))
    time = (DIGITS[left % 32] ?? '') + time;
  return time + Array.from(random(RANDOM_DIGITS), (byte) => DIGITS[byte % 32]).join('');
}
