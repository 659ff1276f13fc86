/** Options of `decant head train`. */
export interface HeadOptions {
  readonly table: string;
  readonly smiles: string;
  readonly target: string;
  readonly name: string;
  readonly kind: string;
  readonly unit: string;
  readonly title?: string;
  readonly bundle: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}
