/** Options of the Snowball commands, as commander reads them. */
import type { TargetOptions } from './target.ts';

export interface PlanOptions extends TargetOptions {
  readonly from?: string;
}
export interface OrderOptions extends TargetOptions {
  readonly devices?: number;
  readonly again?: boolean;
  readonly dryRun?: boolean;
}
export interface DecideOptions extends TargetOptions {
  readonly reason?: string;
}
export interface UnlockOptions extends TargetOptions {
  readonly show?: boolean;
  readonly manifest?: string;
}
export interface CheckOptions extends TargetOptions {
  readonly from: string[];
  readonly exact?: boolean;
}
