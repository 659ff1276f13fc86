import { describe, expect, it } from '@jest/globals';
import { environments, resourcesOf, template } from './support/assembly.ts';
import { judge, resourcePolicies } from './support/access.ts';

describe('keys', () => {
  it.each(environments)('rotate in %s', (environment) => {
    const rotation = [...resourcesOf(environment, 'AWS::KMS::Key').values()].map(
      (k) => k.Properties?.['EnableKeyRotation'],
    );

    expect(rotation).toEqual([true, true, true, true]);
  });

  it('let services act for this account only', () => {
    const statements = [...resourcePolicies('prod', 'AWS::KMS::Key').values()].flat();
    const services = statements.filter((s) => JSON.stringify(s.Principal).includes('"Service"'));

    expect(services.length).toBeGreaterThan(2);
    expect(services.filter((s) => !s.Condition)).toEqual([]);
  });
});

describe('the alarm topic', () => {
  it('is encrypted and mails everyone whom the estate file names', () => {
    const topics = template('prod', 'security');

    topics.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'quality@example.com' });
    topics.resourceCountIs('AWS::SNS::Subscription', 2);
    expect([...resourcesOf('prod', 'AWS::SNS::Topic').values()][0]?.Properties?.['KmsMasterKeyId']).toBeDefined();
  });

  it('refuses plain HTTP', () => {
    const [statements = []] = resourcePolicies('prod', 'AWS::SNS::TopicPolicy').values();
    const resource = statements.flatMap((s) => s.Resource ?? [])[0] ?? '';

    expect(judge(statements, 'sns:Publish', resource, { 'aws:SecureTransport': 'false' })).toBe('denied');
  });
});
