/** AwsSolutions findings that are accepted, each with its reason; the report lists them with it. */
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

export interface Acceptance {
  /** Of the whole finding, such as `AwsSolutions-IAM5[Resource::*]`. */
  readonly finding: RegExp;
  /** Of the construct's path; several findings are fine in one place only. */
  readonly path?: RegExp;
  readonly reason: string;
}

export const acceptances: readonly Acceptance[] = [
  {
    finding: /IAM5\[Resource::[^*]*(raw|work|transformed|quarantine)\w*\/[^\]]*\*/,
    reason:
      'Objects by their key pattern from protocol/keys.ts: datasets, shards and tables are not known at deployment.',
  },
  {
    finding: /IAM5\[Resource::arn:[^*]*:glue:[^*]*:table\/\w+\/\*\]/,
    reason: 'Tables of the environment’s own database; a contract may add one at any time.',
  },
  {
    finding: /IAM5\[Resource::\*\]/,
    path: /\/transformer\/task\/ExecutionRole\//,
    reason: 'ecr:GetAuthorizationToken takes no resource (service authorization reference, Amazon ECR).',
  },
  {
    finding: /IAM5\[Resource::\*\]/,
    path: /\/(arrivals|sweeper|register)-role\//,
    reason:
      'xray:PutTraceSegments and PutTelemetryRecords take no resource (service authorization reference, AWS X-Ray).',
  },
  {
    finding: /IAM5\[Resource::\*\]/,
    path: /\/machine\/Role\//,
    reason:
      'X-Ray, log delivery and ecs:StopTask/DescribeTasks take no resource here (Step Functions guide, cw-logs, connect-ecs).',
  },
  {
    finding: /IAM5\[Resource::<register\w+\.Arn>:\*\]/,
    reason: 'Versions of the one function that the workflow calls.',
  },
  {
    finding: /IAM5\[Resource::.*:(execution|mapRun):.*\*\]/,
    reason: 'Executions and map runs of a machine of this stack; their names are made at run time.',
  },
  { finding: /-ECS2$/, reason: 'The variables are names of buckets and the like, no secrets.' },
];

/**
 * The AwsSolutions rules. Findings name whole resources, tokens included, so they cannot be acknowledged one by one in
 * the source: this acknowledges those that an acceptance describes, under their exact id and at their own construct.
 */
export class AcceptedAwsSolutionsChecks extends AwsSolutionsChecks {
  override validateScope(scope: IConstruct): ReturnType<AwsSolutionsChecks['validateScope']> {
    const report = super.validateScope(scope);
    for (const { ruleName, violatingResources } of report.violations) {
      for (const { constructPath = '' } of violatingResources) {
        const accepted = acceptances.find((a) => a.finding.test(ruleName) && (a.path?.test(constructPath) ?? true));
        if (!accepted) continue;
        Validations.of(at(scope, constructPath)).acknowledge({
          id: `AwsSolutions::${ruleName}`,
          reason: accepted.reason,
        });
      }
    }
    return report;
  }
}

const at = (root: IConstruct, path: string): IConstruct =>
  path.split('/').reduce<IConstruct>((construct, id) => construct.node.findChild(id), root.node.root);
