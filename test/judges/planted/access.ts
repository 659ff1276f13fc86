/** Mistakes with who may do what. */
import { find, policyOf, statements, type Mistake } from './edit.ts';

const ingest = 'prod/ingest';
const TASK_ROLE = 'transformertaskTaskRole';

export const accessMistakes: readonly Mistake[] = [
  {
    title: 'a task that may read objects but not decrypt them',
    stack: ingest,
    make: (t) => {
      const policy = policyOf(t, TASK_ROLE);
      const rest = policy.filter((s) => ![s.Action].flat().includes('kms:Decrypt'));
      policy.splice(0, policy.length, ...rest);
    },
    caughtBy: ['IAM simulation'],
  },
  {
    title: 'a grant of everything on S3',
    stack: ingest,
    make: (t) => void policyOf(t, TASK_ROLE).push({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
    caughtBy: ['IAM simulation', 'cdk-nag'],
  },
  {
    title: 'a task that may remove evidence',
    stack: ingest,
    make: (t) =>
      void policyOf(t, TASK_ROLE).push({
        Effect: 'Allow',
        Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
        Resource: 'arn:aws:s3:::*/*',
      }),
    caughtBy: ['IAM simulation'],
  },
  {
    title: 'a function that may become any role',
    stack: ingest,
    make: (t) => void policyOf(t, 'register').push({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }),
    caughtBy: ['IAM simulation'],
  },
  {
    title: 'a role that anyone may become',
    stack: ingest,
    make: (t) => {
      const role = find(t, 'AWS::IAM::Role', 'registerregisterrole');
      statements(role, 'AssumeRolePolicyDocument').push({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: '*' },
      });
    },
    caughtBy: ['IAM simulation'],
  },
  {
    title: 'a misspelt action',
    stack: ingest,
    make: (t) =>
      void policyOf(t, 'register').push({
        Effect: 'Allow',
        Action: 'glue:GetTabel',
        Resource: 'arn:aws:glue:eu-central-1:222222222222:catalog',
      }),
    caughtBy: ['IAM simulation'],
  },
  {
    title: 'a role with AWS’s own policy for administrators',
    stack: ingest,
    make: (t) =>
      (find(t, 'AWS::IAM::Role', 'registerregisterrole').Properties['ManagedPolicyArns'] = [
        'arn:aws:iam::aws:policy/AdministratorAccess',
      ]),
    caughtBy: ['cdk-nag'],
  },
  {
    title: 'a key that anyone may use',
    stack: 'prod/security',
    make: (t) =>
      void statements(find(t, 'AWS::KMS::Key', 'datakey'), 'KeyPolicy').push({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Principal: { AWS: '*' },
      }),
    caughtBy: ['IAM simulation'],
  },
  {
    title: 'an endpoint that lets data out to any account',
    stack: 'prod/network',
    make: (t) => {
      const endpoint = find(t, 'AWS::EC2::VPCEndpoint', 'networkvpcs3');
      const policy = endpoint.Properties['PolicyDocument'] ? statements(endpoint) : [];
      for (const s of policy) delete s.Condition;
    },
    caughtBy: ['IAM simulation'],
  },
  {
    title: 'a security group open to the internet',
    stack: 'prod/network',
    make: (t) =>
      (find(t, 'AWS::EC2::SecurityGroup').Properties['SecurityGroupIngress'] = [
        { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 22, ToPort: 22, Description: 'from anywhere' },
      ]),
    caughtBy: ['cdk-nag'],
  },
  {
    title: 'a function that anyone may call',
    stack: ingest,
    make: (t) => {
      const permission = find(t, 'AWS::Lambda::Permission');
      permission.Properties['Principal'] = '*';
      delete permission.Properties['SourceArn'];
    },
    caughtBy: ['cdk-nag'],
  },
  {
    title: 'a password in plain text',
    stack: ingest,
    make: (t) =>
      (t.Resources['planted'] = {
        Type: 'AWS::DataSync::LocationSMB',
        Properties: {
          AgentArns: ['arn:aws:datasync:eu-central-1:222222222222:agent/agent-0123456789abcdef0'],
          Subdirectory: '/lab',
          ServerHostname: 'filer.example.com',
          User: 'mover',
          Password: 'Winter2026!',
        },
      }),
    caughtBy: ['own rules'],
  },
];
