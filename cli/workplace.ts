/** What the mending verbs work with: the places of an environment, and the contracts of the estate file. */
import type { CompiledDataset } from '../runtime/contracts.ts';
import { UserError } from '../runtime/errors.ts';
import type { Workplace } from '../runtime/workplace.ts';
import type { Target } from './target.ts';
import type { Io } from './verb.ts';

/** Says so when the estate file's contracts are not the deployed ones: events would be taken under other ones. */
export async function workplaceOf(target: Target, io: Io): Promise<Workplace> {
  const [{ compileContracts }, { Ledger }, { s3Client, sfnClient }] = await Promise.all([
    import('../runtime/contracts.ts'),
    import('../runtime/ledger.ts'),
    import('../runtime/aws.ts'),
  ]);
  const compiled = compileContracts(target.estate);
  if (compiled.contractSet !== target.places.contractSet) {
    io.err.write(
      'the deployed contracts are not those of the estate file; deploy it, or new arrivals use the old ones\n',
    );
  }
  const { maxObjects, maxMiB } = target.environment.shard;
  return {
    ledger: new Ledger(target.places.ledgerTable),
    s3: s3Client(),
    sfn: sfnClient(),
    rawBucket: target.places.rawBucket,
    workBucket: target.places.workBucket,
    ingestMachine: target.places.ingestMachineArn,
    compiled,
    limits: { maxObjects, maxBytes: maxMiB * 2 ** 20 },
  };
}

/** A dataset of the estate file with its contract. Throws a UserError that names the others. */
export function datasetOf(work: Workplace, name: string): CompiledDataset {
  const found = work.compiled.datasets.find((d) => d.dataset === name);
  if (found) return found;
  throw new UserError(
    `dataset "${name}" is not in the estate file; ${work.compiled.datasets.map((d) => d.dataset).join(', ')}`,
  );
}

/** Names what could not be done; true when there was anything. */
export function tellFailures(
  io: Io,
  failures: readonly { readonly row: { readonly object: string }; readonly error: Error }[],
): boolean {
  for (const { row, error } of failures) io.err.write(`${row.object}: ${error.name}: ${error.message}\n`);
  return failures.length > 0;
}
