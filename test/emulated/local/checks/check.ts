import type { Aws } from '../aws.ts';

/** What one gap is about: the same question asked of the emulator with the gap mended, and left open. */
export interface Check {
  readonly gap: string;
  /** A sentence about AWS, which the mended emulator makes true. */
  readonly title: string;
  observe(aws: Aws): Promise<unknown>;
  /** What AWS answers, and so must the mended emulator. */
  readonly mended: unknown;
  /** What the emulator answers by itself. Should it change, the gap may be closed upstream. */
  readonly open: unknown;
}
