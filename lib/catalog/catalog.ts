/** What queries need: the database that workflows register tables in, and a workgroup that bounds what a query costs. */
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { WorkKeys } from '../../protocol/keys.ts';
import { databaseName } from '../../protocol/names.ts';
import { deletesData, type EstateContext } from '../base/context.ts';

const GIB = 1024 ** 3;

export class Catalog extends Construct {
  readonly database: string;
  readonly workgroup: string;

  constructor(scope: Construct, context: EstateContext, work: IBucket, key: IKey) {
    super(scope, 'catalog');
    const { estate, environmentName, environment } = context;
    this.database = databaseName(estate, environmentName);
    this.workgroup = `${estate}-${environmentName}`;
    const database = new CfnDatabase(this, 'database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.database, description: `Decant ${estate} ${environmentName}` },
    });
    // Tables are rebuilt from results, but views and grants of others may hang on the database.
    database.applyRemovalPolicy(deletesData(environment) ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
    new CfnWorkGroup(this, 'workgroup', {
      name: this.workgroup,
      description: `Queries of Decant ${estate} ${environmentName}; a query scans ${environment.scanLimitGiB} GiB at most`,
      recursiveDeleteOption: deletesData(environment),
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true, // A client's own output place would be unencrypted and without an end.
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: environment.scanLimitGiB * GIB,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: work.s3UrlForObject(WorkKeys.athena.prefix()),
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn },
        },
      },
    });
  }
}
