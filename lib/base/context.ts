/** What every stack knows: whose estate, which environment, and the contracts that are deployed with it. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { BundleIndex } from '../../protocol/bundle.ts';
import type { Environment, Estate } from '../../protocol/estate.ts';
import type { JsonObject } from '../prediction/definition.ts';

export interface EstateContext {
  readonly estate: string;
  readonly environmentName: string;
  readonly environment: Environment;
  /** The whole estate file. */
  readonly declared: Estate;
  /** Names of the datasets, in order. */
  readonly datasets: readonly string[];
  /** Hash over the compiled contracts. */
  readonly contractSet: string;
  /** Folder of one function's code with `contracts.json` beside it, and further folders under their names. */
  functionAsset(name: FunctionName, folders?: Readonly<Record<string, string>>): string;
  /** The model bundle that the environment names. */
  bundle(): ShippedBundle;
  /** What the embedding job is made of. */
  readonly glue: GlueProgram;
  /** Folder of a layer with the packages that are files, for linux/arm64. */
  nativeLayer(): string;
  /** The OpenAPI document of the prediction API, as JSON. */
  apiDocument(): JsonObject;
  /** Folder of the transformer's image: Dockerfile, bundle and vendored engine. */
  readonly imageFolder: string;
}

/** A bundle's folder, and what its index tells. */
export interface ShippedBundle {
  readonly folder: string;
  readonly index: BundleIndex;
}

/** The Spark job as it lies in the sources, and what it needs on a cluster. */
export interface GlueProgram {
  /** Holds `job.py` and the package `decant_embed`. */
  readonly folder: string;
  /** Command that prints the path of the zipped wheels; run when assets are published. */
  readonly wheels: readonly string[];
  /** Hash over what decides the wheels. */
  readonly wheelsHash: string;
}

/** Functions that have a bundle under build/lambda/. */
export const functionNames = [
  'arrivals',
  'sweeper',
  'register',
  'crawled',
  'image',
  'snowball',
  'transfer-watch',
  'transfer-archive',
  'grants',
  'predict',
  'predict-jobs',
  'page',
  'embed-start',
  'embed-plan',
  'embed-record',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** Data goes with the stacks only where kind and flag both say so. */
export const deletesData = (e: Environment): boolean => e.kind !== 'prod' && e.deleteData;

/** Removal policy of everything that holds data or the means to read it. */
export const dataRemoval = (e: Environment): RemovalPolicy =>
  deletesData(e) ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;

/** Removal policy of logs, which are data in prod only. */
export const logRemoval = (e: Environment): RemovalPolicy =>
  e.kind === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

/** A year in prod, so that a yearly review still finds its runs; elsewhere what debugging needs. */
export const logRetention = (e: Environment): RetentionDays =>
  ({ local: RetentionDays.ONE_WEEK, dev: RetentionDays.ONE_MONTH, prod: RetentionDays.THIRTEEN_MONTHS })[e.kind];
