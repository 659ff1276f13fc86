/** Which tables and datasets are written with the key of a sensitive class, as programs are told. */
import { Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { classOf, tablesOf } from '../../protocol/contract.ts';
import { SEALINGS, type Sealings } from '../../protocol/sealing.ts';
import { sensitiveClasses } from '../../protocol/people.ts';
import type { EstateContext } from '../base/context.ts';
import { allowKey } from '../base/grant.ts';
import type { ClassKeys } from './keys.ts';

/** Lambda's variables have 4 KB together (Lambda guide, gettingstarted-limits). */
const MAX_NAMES = 2500;

/** The keys of the sensitive classes with what is written with them: told to programs and granted together. */
export class Seals {
  private readonly context: EstateContext;
  private readonly keys: ClassKeys;

  constructor(context: EstateContext, keys: ClassKeys) {
    this.context = context;
    this.keys = keys;
  }

  /**
   * Lets a program write and read back what is sealed, and returns the variable that its rules come in; nothing where no
   * dataset is sensitive. Throws a RangeError when the names do not fit a function's environment.
   */
  grantWrite(grantee: IGrantable, scope: Construct): Record<string, string> {
    for (const key of Object.values(this.keys)) allowKey(grantee, key, 's3', 'write');
    const sealings = this.sealings();
    const classes = Object.values(sealings);
    if (classes.length === 0) return {};
    const length = JSON.stringify(classes).length;
    if (length > MAX_NAMES) {
      throw new RangeError(
        `names of sensitive datasets and their tables take ${length} characters, a function's environment has room for ${MAX_NAMES}; shorten them or split the estate`,
      );
    }
    return { [SEALINGS]: Stack.of(scope).toJsonString(sealings) };
  }

  private sealings(): Sealings {
    return Object.fromEntries(
      sensitiveClasses.flatMap((name) => {
        const key = this.keys[name];
        if (!key) return [];
        const { datasets } = this.context.declared;
        const ours = this.context.datasets.flatMap((dataset) => {
          const contract = datasets[dataset]?.contract;
          return contract && classOf(contract) === name ? [{ dataset, tables: tablesOf(dataset, contract) }] : [];
        });
        const tables = ours.flatMap((d) => d.tables.map((t) => t.name));
        return [[key.keyArn, { tables, datasets: ours.map((d) => d.dataset) }] as const];
      }),
    );
  }
}
