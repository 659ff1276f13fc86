/** Which datasets hold molecules, and of which classes: what there is a job, an index and a rule for. */
import { classOf, type Sensitivity, sensitivities, tablesOf } from '../../protocol/contract.ts';
import { mayHoldMolecules } from '../../protocol/embeddings.ts';
import type { EstateContext } from '../base/context.ts';

export interface MoleculeClass {
  readonly sensitivity: Sensitivity;
  readonly datasets: readonly string[];
  /** Tables that the datasets become. */
  readonly tables: readonly string[];
}

/** Names of the datasets whose tables may hold molecules, in order. */
export const moleculeDatasets = ({ datasets, declared }: EstateContext): string[] =>
  datasets.filter((name) => {
    const contract = declared.datasets[name]?.contract;
    return contract !== undefined && mayHoldMolecules(name, contract);
  });

/** The classes of those datasets, the least sensitive first. */
export function moleculeClasses(context: EstateContext): MoleculeClass[] {
  const found = moleculeDatasets(context).flatMap((dataset) => {
    const contract = context.declared.datasets[dataset]?.contract;
    return contract ? [{ dataset, contract, sensitivity: classOf(contract) }] : [];
  });
  return sensitivities.flatMap((sensitivity) => {
    const ours = found.filter((f) => f.sensitivity === sensitivity);
    if (ours.length === 0) return [];
    const tables = ours.flatMap((f) => tablesOf(f.dataset, f.contract).map((t) => t.name));
    return [{ sensitivity, datasets: ours.map((f) => f.dataset), tables }];
  });
}

/** Where molecules are embedded, and a dataset may hold some. */
export const embeds = (context: EstateContext): boolean =>
  context.environment.embeddings.enabled && moleculeDatasets(context).length > 0;

/** Vectors are searched in one exact file; otherwise in an S3 Vectors index, which an embedded AWS lacks. */
export const searchesExactly = ({ environment }: EstateContext): boolean =>
  (environment.embeddings.vectors ?? (environment.kind === 'local' ? 'exact' : 's3-vectors')) === 'exact';
