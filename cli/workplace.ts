/** What the mending verbs work with: the places of an environment, and the contracts of the estate file. */
import type { CompiledDataset } from '../runtime/contracts.ts';
import { UserError } from '../runtime/errors.ts';
import { didYouMean } from '../runtime/suggest.ts';
import type { Workplace } from '../runtime/workplace.ts';
import type { Target } from './target.ts';
import type { Io } from './verb.ts';
import { startedBy } from './wait.ts';

/** A workplace that knows which executions its verb has started, for `--wait`. */
export interface CliWorkplace extends Workplace {
  readonly started: ReadonlySet<string>;
}

/** Says so when the estate file's contracts are not the deployed ones: events would be taken under other ones. */
export async function workplaceOf(target: Target, io: Io): Promise<CliWorkplace> {
  const [{ compileContracts }, { Ledger }, { s3Client, sfnClient }] = await Promise.all([
    import('../runtime/contracts.ts'),
    import('../runtime/ledger.ts'),
    import('../runtime/aws.ts'),
  ]);
  const compiled = compileContracts(target.estate);
  if (compiled.contractSet !== target.places.contractSet) {
    io.err.write(
      'the deployed contracts are not those of the estate file: this command works under those of the file, new arrivals under ' +
        'the deployed ones until you deploy again\n',
    );
  }
  const sfn = sfnClient();
  const { maxObjects, maxMiB } = target.environment.shard;
  return {
    ledger: new Ledger(target.places.ledgerTable),
    s3: s3Client(),
    sfn,
    started: startedBy(sfn),
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
  throw unknownDataset(
    name,
    work.compiled.datasets.map((d) => d.dataset),
  );
}

/** Names the dataset that was given, those there are, and the one that was meant. */
export function unknownDataset(name: string, datasets: readonly string[]): UserError {
  const known = datasets.length > 0 ? `it has ${datasets.join(', ')}` : 'it has none';
  return new UserError(`dataset "${name}" is not in the estate file; ${known}.${didYouMean(name, datasets)}`);
}

/** Names what could not be done; true when there was anything. */
export function tellFailures(
  io: Io,
  failures: readonly { readonly row: { readonly object: string }; readonly error: Error }[],
): boolean {
  for (const { row, error } of failures) io.err.write(`${row.object}: ${error.name}: ${error.message}\n`);
  return failures.length > 0;
}
