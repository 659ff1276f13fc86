/** CRC-32 as S3 wants it, and the CRC of a whole from the CRCs of its parts. */

/** Base64 of the four bytes, most significant first: the value of `x-amz-checksum-crc32`. */
export function crcText(crc: number): string {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes.toString('base64');
}

const POLYNOMIAL = 0xedb88320;

/** Product of two polynomials over GF(2) modulo the CRC's, bits reflected (x^0 is the highest bit). */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= b;
    b = b & 1 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1;
  }
  return product >>> 0;
}

/** x^(8·bytes) modulo the polynomial: what appending that many bytes multiplies a CRC by. */
function shift(bytes: number): number {
  let power = 0x00800000; // x^8
  let result = 0x80000000; // x^0
  for (let n = bytes; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = multiply(result, power);
    power = multiply(power, power);
  }
  return result;
}

/** CRC-32 of `first` followed by `second`, where `second` has `secondBytes` bytes. */
export const combineCrc32 = (first: number, second: number, secondBytes: number): number =>
  (multiply(first >>> 0, shift(secondBytes)) ^ second) >>> 0;
