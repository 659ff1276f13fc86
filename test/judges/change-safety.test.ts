import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { compareTemplates, type Template } from '../../scripts/diff-gate/compare.ts';
import { readRelease, templatesOf } from '../../scripts/diff-gate/release.ts';
import { frozenIds } from './frozen-ids.ts';
import { unfrozen } from './support/frozen.ts';
import { print } from './support/print.ts';

const now = templatesOf(join(import.meta.dirname, '../../build/cdk.out'), 'prod');

describe('the diff gate', () => {
  const before = readRelease();
  print(() => [`diff gate: ${Object.keys(before).length} stacks of the last release, 0 dangers`]);

  it('finds nothing stateful that a deployment would replace, remove or unprotect', () => {
    expect(compareTemplates(before, now)).toEqual([]);
  });

  it.each([
    ['a bucket that loses its id', 'AWS::S3::Bucket', { a: { Type: 'AWS::S3::Bucket' } }, {}, 'would be deleted'],
    [
      'a table with another key',
      'AWS::DynamoDB::Table',
      { a: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }] } } },
      { a: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: [{ AttributeName: 'b', KeyType: 'HASH' }] } } },
      'would be replaced',
    ],
    [
      'a key that goes with its stack',
      'AWS::KMS::Key',
      { a: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain' } },
      { a: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Delete' } },
      'DeletionPolicy would no longer be Retain',
    ],
  ] as [string, string, Template['Resources'], Template['Resources'], string][])('tells %s', (_t, type, a, b, what) => {
    const dangers = compareTemplates({ s: { Resources: a ?? {} } }, { s: { Resources: b ?? {} } });

    expect(dangers).toEqual([expect.objectContaining({ stack: 's', logicalId: 'a', type })]);
    expect(dangers[0]?.what).toContain(what);
  });

  it('lets stateless things go', () => {
    const rule = { a: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 minute)' } } };

    expect(compareTemplates({ s: { Resources: rule } }, { s: { Resources: {} } })).toEqual([]);
  });
});

describe('frozen logical ids', () => {
  const ids = Object.values(frozenIds).flatMap((stack) => Object.keys(stack));
  print(() => [`frozen ids: ${ids.length} stateful resources`]);

  it('are those of every stateful resource', () => {
    expect(unfrozen(now)).toEqual([]);
  });
});
