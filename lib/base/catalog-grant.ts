/** Grants on the estate's Glue tables. The database's name is known ahead, so ingest need not wait for catalog. */
import type { Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { databaseName } from '../../protocol/names.ts';
import type { EstateContext } from './context.ts';
import { allow } from './grant.ts';

/** Actions on tables of the environment's database; Glue asks for the catalog and the database as well. */
export function grantCatalogTables(
  grantee: IGrantable,
  context: EstateContext,
  stack: Stack,
  actions: readonly string[],
): void {
  const database = databaseName(context.estate, context.environmentName);
  const resources = ['catalog', `database/${database}`, `table/${database}/*`].map(
    (path) => `arn:${stack.partition}:glue:${stack.region}:${stack.account}:${path}`,
  );
  allow(
    grantee,
    actions.map((a) => `glue:${a}`),
    resources,
    undefined,
    'Tables of the environment’s own database; a contract may add one at any time.',
  );
}
