import { App, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from '@jest/globals';
import { accept } from '../../lib/base/accept.ts';
import { rulePacks } from '../../lib/base/accepted-findings.ts';

/** A role with one wildcard, and what is accepted at it; the messages of the packs that were not acknowledged, and of stale ones. */
function judged(acceptAt: (role: Role) => void): { stale: string[]; acknowledged: string[] } {
  const app = new App();
  const role = new Role(new Stack(app, 'stack'), 'role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: ['xray:PutTraceSegments'], resources: ['*'] }));
  acceptAt(role);
  const reports = rulePacks(app).map((plugin) => ({
    name: plugin.name,
    report: plugin.validate({ appConstruct: app, templatePaths: [], stackTemplates: [] }),
  }));
  return {
    stale: reports
      .filter((r) => r.name === 'Acceptances')
      .flatMap((r) => r.report.violations.map((v) => v.description)),
    acknowledged: app.node
      .findAll()
      .flatMap((c) => c.node.metadata.filter((m) => m.type === 'aws:cdk:acknowledged-rules'))
      .flatMap((m) => Object.entries(m.data as Record<string, string>).map(([id, reason]) => `${id}: ${reason}`)),
  };
}

describe('an acceptance', () => {
  it('acknowledges the finding under its exact id, with its reason', () => {
    const { stale, acknowledged } = judged((role) => accept(role, 'IAM5[Resource::*]', 'X-Ray takes no resource.'));

    expect(stale).toEqual([]);
    expect(acknowledged).toContain('AwsSolutions::AwsSolutions-IAM5[Resource::*]: X-Ray takes no resource.');
  });

  it('that no pack has use for is told as stale', () => {
    const { stale } = judged((role) => accept(role, 'IAM5[Resource::{}/gone/*]', 'It was here once.'));

    expect(stale).toEqual([expect.stringContaining('no rule pack finds IAM5[Resource::{}/gone/*] here')]);
  });

  it('holds at its construct alone', () => {
    const { stale } = judged((role) => {
      const other = new Role(Stack.of(role), 'other', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      accept(other, 'IAM5[Resource::*]', 'Of another role.');
    });

    expect(stale).toHaveLength(1);
  });
});
