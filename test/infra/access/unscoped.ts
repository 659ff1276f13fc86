/** Actions that roles of the app have on `*`: why no narrower resource is possible, and the page that says so. */
export interface Unscoped {
  readonly action: RegExp;
  readonly why: string;
  /** Below docs.aws.amazon.com. */
  readonly page: string;
}

const reference = (service: string): string => `service-authorization/latest/reference/list_${service}.html`;

export const unscoped: readonly Unscoped[] = [
  { action: /^lakeformation:GetDataAccess$/, why: 'takes no resource', page: reference('awslakeformation') },
  {
    action: /^xray:(Put(TraceSegments|TelemetryRecords)|GetSampling(Rules|Targets))$/,
    why: 'takes no resource',
    page: reference('awsx-ray'),
  },
  {
    action: /^ecr:GetAuthorizationToken$/,
    why: 'takes no resource',
    page: reference('amazonelasticcontainerregistry'),
  },
  {
    action:
      /^logs:((Create|Get|Update|Delete|List)LogDeliver(y|ies)|(Put|Describe)ResourcePolic(y|ies)|DescribeLogGroups)$/,
    why: 'Step Functions sets up the delivery of its logs with them, and they take no resource there',
    page: 'step-functions/latest/dg/cw-logs.html',
  },
  {
    action: /^logs:DescribeLogGroups$/,
    why: 'API Gateway asks for it when it is given leave to write logs, and it takes no resource there',
    page: 'apigateway/latest/developerguide/set-up-logging.html',
  },
  {
    action: /^ecs:(StopTask|DescribeTasks)$/,
    why: 'the task’s id is made when it is run',
    page: 'step-functions/latest/dg/connect-ecs.html',
  },
  { action: /^glue:GetSecurityConfiguration$/, why: 'takes no resource', page: reference('awsglue') },
  {
    action: /^snowball:\w+$/,
    why: 'Snowball has no resource types',
    page: reference('awssnowball'),
  },
  {
    action: /^datasync:(List(Tasks|TaskExecutions|Agents)|CreateAgent)$/,
    why: 'takes no resource',
    page: reference('awsdatasync'),
  },
  { action: /^cloudwatch:GetMetricData$/, why: 'takes no resource', page: reference('amazoncloudwatch') },
  { action: /^logs:(GetQueryResults|StopQuery)$/, why: 'takes no resource', page: reference('amazoncloudwatchlogs') },
  { action: /^cloudtrail:(LookupEvents|DescribeTrails)$/, why: 'takes no resource', page: reference('awscloudtrail') },
  {
    action: /^s3:CreateJob$/,
    why: 'takes no resource; the role that the job acts with is passed',
    page: reference('amazons3'),
  },
  {
    action: /^states:SendTaskSuccess$/,
    why: 'takes no resource; the token is the proof',
    page: reference('awsstepfunctions'),
  },
];
