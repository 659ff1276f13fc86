/** Scientists query tables through Athena: public and internal ones, and those of sensitive classes that the estate names. */
import type { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { TransformedKeys } from '../../../protocol/keys.ts';
import { ownTables } from '../../../protocol/names.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow, allowKey } from '../../base/grant.ts';
import { grantEmbedded, readableClasses } from './embeddings.ts';
import { grantPlaces } from './operator.ts';
import { grantQueries } from './queries.ts';
import { type AccessProps, readableDatasets, tableNames, UNSCOPED } from './scope.ts';

export function grantScientist(role: Role, stack: Stack, context: EstateContext, props: AccessProps): void {
  const { buckets, security } = props;
  const reads = context.environment.people.scientist?.reads ?? [];
  grantPlaces(role, stack, context);
  // Where Lake Formation governs a table, Athena asks it for leave (Lake Formation guide, access-control-underlying-data).
  if (context.environment.lakeFormation) {
    allow(role, ['lakeformation:GetDataAccess'], ['*'], undefined, UNSCOPED('AWS Lake Formation'));
  }
  // A view of current rows is a table of its own name.
  const tables = tableNames(context, readableDatasets(context));
  const found = [...tables, ...tables.map((t) => `${t}_current`), ownTables.superseded];
  grantQueries(role, stack, context, buckets, { tables: found });
  buckets.transformed.grantReadKeys(
    role,
    [...tables.map((t) => `${t}/*`), TransformedKeys.superseded.pattern()],
    'keys',
  );
  if (props.embeddings) grantEmbedded(role, stack, context, buckets, readableClasses(context));
  for (const name of reads) {
    const key = security.classKeys[name];
    if (key) allowKey(role, key, 's3', 'read');
  }
}
