/** What the verbs of a transfer are told. */
import type { TargetOptions } from './target.ts';

export interface TransferOptions extends TargetOptions {
  readonly all?: boolean;
}
export interface RunOptions extends TransferOptions {
  readonly include?: string[];
  readonly exclude?: string[];
  readonly manifest?: string;
  readonly bandwidth?: number;
  readonly queue?: boolean;
  readonly wait?: boolean;
  readonly dryRun?: boolean;
}
export interface ReportOptions extends TransferOptions {
  readonly asIs?: boolean;
  readonly dryRun?: boolean;
}
export interface CancelOptions extends TransferOptions {
  readonly dryRun?: boolean;
}
export interface RetryOptions extends CancelOptions {
  readonly rounds: number;
}
