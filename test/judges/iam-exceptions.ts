/** What some role may although nobody else may, and `*` resources that cannot be narrowed although the action takes one. */

export interface Exception {
  /** Begins the role's logical id. */
  readonly role: string;
  readonly actions: readonly string[];
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    role: 'operatorrole',
    actions: ['s3:PutObject'],
    reason: 'Operators deliver by decant put; they cannot remove what lies there, and every version is kept.',
  },
];

/** Endpoints without a policy, by the beginning of their logical ids. */
export const openEndpoints: readonly { readonly endpoint: string; readonly reason: string }[] = [
  {
    endpoint: 'sitesagentsdatasync',
    reason: 'Agents sign in with certificates of their own, not with IAM; the security group says who calls.',
  },
];

export const boundedElsewhere: readonly { readonly action: string; readonly reason: string }[] = [
  {
    action: 'logs:GetQueryResults',
    reason: 'Asks by the id of a query; which log groups that may read was decided by logs:StartQuery.',
  },
  {
    action: 'cloudwatch:GetMetricData',
    reason:
      'Metrics have no ARN; the resource type is that of datasets of other services (CloudWatch, permissions reference).',
  },
  {
    action: 'ecs:StopTask',
    reason: 'A task has its id when it runs; Step Functions asks for * (Step Functions guide, connect-ecs).',
  },
  {
    action: 'ecs:DescribeTasks',
    reason: 'A task has its id when it runs; Step Functions asks for * (Step Functions guide, connect-ecs).',
  },
];
