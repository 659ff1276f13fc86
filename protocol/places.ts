/** Physical names that programs look up: each environment publishes them as SSM parameters under one path. */

/** SSM path of an environment. */
export const placesPath = (estate: string, environment: string): string => `/decant/${estate}/${environment}`;

/** SSM path below which each dataset's DataSync task has a parameter with its ARN. Not among the places: there may be none. */
export const tasksPath = (estate: string, environment: string): string => `${placesPath(estate, environment)}/tasks`;
export const taskParameter = (estate: string, environment: string, dataset: string): string =>
  `${tasksPath(estate, environment)}/${dataset}`;

/** SSM path below which each dataset whose bandwidth changes by the hour has a parameter with its limits, as JSON. */
export const pacesPath = (estate: string, environment: string): string => `${placesPath(estate, environment)}/paces`;

/** SSM path of what DataSync agents of the sites are tied to. Not among the places: there may be none. */
export const agentsPath = (estate: string, environment: string): string => `${placesPath(estate, environment)}/agents`;
/**
 * Parameters below it: id and regional DNS name of the VPC endpoint; ARNs of one subnet a zone and of the security group, separated
 * by commas.
 */
export const agentPlaceNames = ['endpointId', 'endpointDns', 'subnetArns', 'securityGroupArns'] as const;
export type AgentPlaces = Readonly<Record<(typeof agentPlaceNames)[number], string>>;

/** SSM path of what clients of the prediction API need. Not among the places: there may be none. */
export const predictionPath = (estate: string, environment: string): string =>
  `${placesPath(estate, environment)}/prediction`;
/** Parameters below it. */
export const predictionPlaceNames = [
  /** Address of the API, stage included; routes such as `/v1/models` follow. */
  'apiUrl',
  /** Where client credentials are changed for a token. */
  'tokenUrl',
  /** `iss` of its tokens. */
  'issuer',
  'restApiId',
  'stage',
  'userPoolId',
  /** JSON: application → id of its app client, which is the key of its usage plan as well. */
  'applications',
  /** App client of people who sign in; `-` where nobody does. */
  'peopleClientId',
] as const;
export type PredictionPlaces = Readonly<Record<(typeof predictionPlaceNames)[number], string>>;
/** Secret of an application: JSON with `client_id` and `client_secret`. */
export const applicationSecret = (estate: string, environment: string, application: string): string =>
  `decant/${estate}/${environment}/prediction/${application}`;

/** Parameter names below the path; a stack's construct writes each, the CLI reads all with one call. */
export const placeNames = [
  'rawBucket',
  'workBucket',
  'transformedBucket',
  'quarantineBucket',
  'evidenceBucket',
  'ledgerTable',
  'arrivalsQueueUrl',
  'arrivalsDlqUrl',
  'ingestMachineArn',
  'backfillMachineArn',
  'reconcileMachineArn',
  'transformerLogGroup',
  'transformerCluster',
  'catalogDatabase',
  /** Database that the crawler writes to. */
  'seenDatabase',
  'crawler',
  'athenaWorkgroup',
  /** Hash over the deployed contracts, to tell a stale deployment from decant.yaml. */
  'contractSet',
] as const;
export type PlaceName = (typeof placeNames)[number];
export type Places = Readonly<Record<PlaceName, string>>;
