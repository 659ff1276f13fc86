/** 16-bit floating-point numbers (IEEE 754 binary16), which Node 20 has no array for. */

const EXPONENTS = 0x1f;
/** Values of all 65,536 bit patterns: looking up is many times faster than computing. Made when first needed. */
let table: Float32Array | undefined;

function tableOfAll(): Float32Array {
  const all = new Float32Array(0x10000);
  for (let bits = 0; bits < all.length; bits += 1) {
    const exponent = (bits >> 10) & EXPONENTS;
    const fraction = bits & 0x3ff;
    const size =
      exponent === EXPONENTS
        ? fraction === 0
          ? Infinity
          : NaN
        : exponent === 0
          ? fraction * 2 ** -24
          : (1024 + fraction) * 2 ** (exponent - 25);
    all[bits] = bits & 0x8000 ? -size : size;
  }
  return all;
}

/** Numbers of little-endian half-float bytes; exact, since fp32 holds every half. Throws RangeError on half a number. */
export function decodeHalf(bytes: Uint8Array): Float32Array {
  if (bytes.byteLength % 2 !== 0) throw new RangeError(`${bytes.byteLength} bytes are no whole number of half floats`);
  table ??= tableOfAll();
  const out = new Float32Array(bytes.byteLength / 2);
  for (let i = 0; i < out.length; i += 1) {
    out[i] = table[(bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8)] ?? NaN;
  }
  return out;
}
