/** `decant copy statement`: what the owner of a bucket that is not ours adds to its policies. */
import { copyRoleName, type CopyRoute } from '../protocol/copy.ts';
import { bucketStatements, keyStatement } from '../protocol/copy-statements.ts';
import { grouped } from '../runtime/many.ts';
import { UserError } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import type { ChosenEnvironment, TargetOptions } from './target.ts';
import type { Io } from './verb.ts';

/** One policy for each source; datasets of one source share it. Throws a UserError where the estate says no end. */
export function printStatements(
  { estate, environment, environmentName }: ChosenEnvironment,
  routes: readonly CopyRoute[],
  options: TargetOptions,
  io: Io,
): void {
  const all = [...grouped(routes, (r) => r.source)].map(([source, of]) => {
    const { grant, region, kmsKey } = estate.sources[source] ?? {};
    if (!grant)
      throw new UserError(
        `source ${source} has no grant: add grant: { until: '2027-01-31T00:00:00Z' }, the day on which the leave to read ends`,
      );
    const roleArn = `arn:aws:iam::${environment.account}:role/${copyRoleName(estate.estate, environmentName, source)}`;
    const bucket = of[0]?.bucket ?? '';
    const named = { source, roleArn, until: grant.until };
    return {
      source,
      bucket,
      ours: grant.ours,
      until: grant.until,
      bucketPolicy: bucketStatements({ ...named, bucket, prefixes: of.map((r) => r.sourcePrefix) }),
      ...(kmsKey !== undefined && {
        kmsKey,
        keyPolicy: [keyStatement({ ...named, region: region ?? environment.region })],
      }),
    };
  });
  if (options.json) return writeJson(io, all);
  for (const { source, bucket, ours, until, bucketPolicy, kmsKey, keyPolicy } of all) {
    const whose = ours
      ? 'deployed by npx cdk deploy unless the bucket has a policy already'
      : 'for the owner of the bucket';
    io.err.write(`${source}: bucket policy of ${bucket}, ${whose}, until ${until}; the role must exist first\n`);
    io.out.write(`${JSON.stringify({ Version: '2012-10-17', Statement: bucketPolicy }, null, 2)}\n`);
    if (!keyPolicy) continue;
    io.err.write(`${source}: to add to the policy of key ${kmsKey}\n`);
    io.out.write(`${JSON.stringify({ Version: '2012-10-17', Statement: keyPolicy }, null, 2)}\n`);
  }
}
