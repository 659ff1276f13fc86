/** How a file is cut into parts. */

const MIB = 1024 * 1024;
/** S3's limits for an upload in parts (Amazon S3 multipart upload limits). */
export const MAX_PARTS = 10_000;
export const MAX_PART_BYTES = 5 * 1024 * MIB;
export const MAX_OBJECT_BYTES = MAX_PARTS * MAX_PART_BYTES;

/** Files up to this size go in one request; larger ones in parts of this size at least. */
export const PART_BYTES = 16 * MIB;
/** Parts up to this size are read once and held in memory; larger ones, of files above 625 GiB, are read twice and held in slices. */
export const HELD_BYTES = 64 * MIB;

/** Size of the parts of a file: whole MiB, so few parts as S3 allows. */
export const partSizeOf = (size: number): number => Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);

/** Why S3 cannot hold a file of this size; undefined when it can. */
export const sizeProblem = (size: number): string | undefined =>
  size > MAX_OBJECT_BYTES
    ? `has ${size} bytes, an S3 object at most ${MAX_OBJECT_BYTES} (10,000 parts of 5 GiB); cut it before it is delivered`
    : undefined;
