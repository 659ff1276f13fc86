/** What grants of people's roles are written with: names of the environment's things, and which data is whose. */
import type { Stack } from 'aws-cdk-lib';
import { classOf, tablesOf } from '../../../protocol/contract.ts';
import { databaseName } from '../../../protocol/names.ts';
import { sensitiveClasses, type SensitiveClass } from '../../../protocol/people.ts';
import type { EstateContext } from '../../base/context.ts';
import type { EmbeddingsStack } from '../../embeddings/embeddings-stack.ts';
import type { IngestStack } from '../../ingest/ingest-stack.ts';
import type { Buckets } from '../../storage/buckets.ts';
import type { SecurityStack } from '../security-stack.ts';

export interface AccessProps {
  readonly security: SecurityStack;
  readonly buckets: Buckets;
  readonly ingest: IngestStack;
  /** @default nothing is embedded */
  readonly embeddings: EmbeddingsStack | undefined;
}

/** Why a wildcard is meant, for the reviewer of a rule pack. */
export const OWN_NAMES = 'Things of this environment, whose names begin with it; their ids are made at run time.';
export const BY_KEY = 'Objects by their key pattern from protocol/keys.ts.';
export const UNSCOPED = (page: string): string =>
  `These actions take no resource (service authorization reference, ${page}).`;

export const sensitiveClassOf = (context: EstateContext, dataset: string): SensitiveClass | undefined => {
  const contract = context.declared.datasets[dataset]?.contract;
  return contract && sensitiveClasses.find((name) => name === classOf(contract));
};

/** Datasets that everybody who works with data may touch: public and internal ones. */
export const openDatasets = (context: EstateContext): string[] =>
  context.datasets.filter((name) => !sensitiveClassOf(context, name));

/** Datasets that scientists read: open ones, and those of the sensitive classes that the estate names. */
export const readableDatasets = (context: EstateContext): string[] =>
  context.datasets.filter((name) => {
    const sensitive = sensitiveClassOf(context, name);
    return !sensitive || (context.environment.people.scientist?.reads ?? []).includes(sensitive);
  });

/** Names of the tables that datasets become, own tables not among them. */
export const tableNames = (context: EstateContext, datasets: readonly string[]): string[] =>
  datasets.flatMap((name) => {
    const contract = context.declared.datasets[name]?.contract;
    return contract ? tablesOf(name, contract).map((t) => t.name) : [];
  });

/** ARN of something of the environment's own account and Region. */
export const arn = ({ partition, region, account }: Stack, service: string, rest: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${rest}`;

export const prefixOf = ({ estate, environmentName }: EstateContext): string => `${estate}-${environmentName}`;

/** The environment's database with the named tables, or all. */
export const catalogArns = (stack: Stack, context: EstateContext, tables: readonly string[] = ['*']): string[] => {
  const database = databaseName(context.estate, context.environmentName);
  return ['catalog', `database/${database}`, ...tables.map((t) => `table/${database}/${t}`)].map((rest) =>
    arn(stack, 'glue', rest),
  );
};
