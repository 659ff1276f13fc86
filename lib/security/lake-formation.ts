/**
 * Lake Formation beside IAM (hybrid access): scientists see the tables that they may read, without the columns of classes
 * that they may not. Tables must be registered when this is deployed, so an estate switches it on after its first data.
 */
import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPrincipalPermissions, CfnResource } from 'aws-cdk-lib/aws-lakeformation';
import { Construct } from 'constructs';
import { type Contract, inputsOf, isSensitive, tablesOf } from '../../protocol/contract.ts';
import { databaseName } from '../../protocol/names.ts';
import { type SensitiveClass } from '../../protocol/people.ts';
import type { EstateContext } from '../base/context.ts';
import { allowKey } from '../base/grant.ts';
import { type AccessProps, readableDatasets } from './access/scope.ts';

export class LakeFormation extends Construct {
  constructor(scope: Construct, context: EstateContext, scientist: Role, props: AccessProps) {
    super(scope, 'lake-formation');
    const { account: catalogId } = Stack.of(this);
    const principal = { dataLakePrincipalIdentifier: scientist.roleArn };
    const name = databaseName(context.estate, context.environmentName);
    const registered = new CfnResource(this, 'transformed', {
      resourceArn: props.buckets.transformed.bucketArn,
      useServiceLinkedRole: false, // It could not use the keys.
      roleArn: this.reader(props).roleArn,
      hybridAccessEnabled: true, // Programs, which IAM scopes by key pattern, go on as they are.
    });
    const database = new CfnPrincipalPermissions(this, 'database', {
      principal,
      permissions: ['DESCRIBE'],
      permissionsWithGrantOption: [],
      resource: { database: { catalogId, name } },
    });
    const reads = context.environment.people.scientist?.reads ?? [];
    for (const dataset of readableDatasets(context)) {
      const contract = context.declared.datasets[dataset]?.contract;
      if (!contract) continue;
      const hidden = hiddenColumns(contract, reads);
      for (const table of tablesOf(dataset, contract)) {
        const columnWildcard = hidden.length ? { excludedColumnNames: hidden } : {};
        const grant = new CfnPrincipalPermissions(this, table.name, {
          principal,
          permissions: ['SELECT'],
          permissionsWithGrantOption: [],
          resource: { tableWithColumns: { catalogId, databaseName: name, name: table.name, columnWildcard } },
        });
        grant.node.addDependency(database, registered);
      }
    }
  }

  /** What Lake Formation reads files with on behalf of those whom it lets. */
  private reader({ buckets, security }: AccessProps): Role {
    const role = new Role(this, 'reader', {
      assumedBy: new ServicePrincipal('lakeformation.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'Decant: Lake Formation reads the transformed bucket',
    });
    buckets.transformed.grantReadKeys(role, ['*'], 'keys');
    for (const key of Object.values(security.classKeys)) allowKey(role, key, 's3', 'read');
    return role;
  }
}

/** Columns of a sensitive class that is not read, in a dataset that is. */
export const hiddenColumns = (contract: Contract, reads: readonly SensitiveClass[]): string[] =>
  inputsOf(contract)
    .flatMap(({ columns }) => columns)
    .filter(
      ({ sensitivity = contract.sensitivity }) => isSensitive(sensitivity) && !reads.some((r) => r === sensitivity),
    )
    .map((c) => c.name);
