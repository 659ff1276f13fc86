/** What queries need: the database that workflows register tables in, and workgroups that bound what a query costs. */
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { WorkKeys } from '../../protocol/keys.ts';
import { databaseName, workgroupName } from '../../protocol/names.ts';
import { deletesData, type EstateContext } from '../base/context.ts';
import { SavedQueries } from './queries.ts';

const GIB = 1024 ** 3;
/** Operators and auditors look at Decant's own tables, which are small. */
const OWN_SCAN_GIB = 100;

export interface CatalogProps {
  /** Bucket of the queries' answers. */
  readonly work: IBucket;
  readonly key: IKey;
}

export class Catalog extends Construct {
  readonly database: string;
  readonly workgroup: string;

  constructor(scope: Construct, context: EstateContext, props: CatalogProps) {
    super(scope, 'catalog');
    const { estate, environmentName, environment } = context;
    this.database = databaseName(estate, environmentName);
    this.workgroup = workgroupName(estate, environmentName);
    const database = new CfnDatabase(this, 'database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.database, description: `Decant ${estate} ${environmentName}` },
    });
    // Tables are rebuilt from results, but views and grants of others may hang on the database.
    database.applyRemovalPolicy(deletesData(environment) ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
    this.addWorkgroup(
      'workgroup',
      this.workgroup,
      'Queries of scientists and programs',
      environment.scanLimitGiB,
      context,
      props,
    );
    const limit = Math.min(environment.scanLimitGiB, OWN_SCAN_GIB);
    const operator = this.addWorkgroup(
      'operator',
      workgroupName(estate, environmentName, 'operator'),
      'Queries of operators',
      limit,
      context,
      props,
    );
    this.addWorkgroup(
      'auditor',
      workgroupName(estate, environmentName, 'auditor'),
      'Queries of auditors',
      limit,
      context,
      props,
    );
    new SavedQueries(this, this.database, operator);
  }

  /** Athena: bounds what one query costs, and where its answer lies. */
  private addWorkgroup(
    id: string,
    name: string,
    who: string,
    scanLimitGiB: number,
    { estate, environmentName, environment }: EstateContext,
    { work, key }: CatalogProps,
  ): CfnWorkGroup {
    return new CfnWorkGroup(this, id, {
      name,
      description: `${who} of Decant ${estate} ${environmentName}; a query scans ${scanLimitGiB} GiB at most`,
      recursiveDeleteOption: deletesData(environment),
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true, // A client's own output place would be unencrypted and without an end.
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: scanLimitGiB * GIB,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: work.s3UrlForObject(WorkKeys.athena.prefix()),
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn },
        },
      },
    });
  }
}
