/** Who may be named as a member of a group. */
import { describe, expect, it } from '@jest/globals';
import { Contract, classOf } from '../../../protocol/contract.ts';
import { Environment } from '../../../protocol/estate.ts';
import { membersOf, People } from '../../../protocol/people.ts';

const role = 'arn:aws:iam::333333333333:role/operators';

describe('members of a group', () => {
  it.each([
    ['everybody', { operator: ['*'] }],
    ['a wildcard', { operator: ['arn:aws:iam::333333333333:role/*'] }],
    ['a whole account', { operator: ['arn:aws:iam::333333333333:root'] }],
    ['nobody', { operator: [] }],
    ['an application that signs in as a user', { application: ['arn:aws:iam::333333333333:user/lims'] }],
    ['a group that there is not', { admins: [role] }],
    ['a class that everybody reads', { scientist: { members: [role], reads: ['internal'] } }],
  ])('are not %s', (_what, people) => {
    expect(People.safeParse(people).success).toBe(false);
  });

  it('are told alike for every group', () => {
    const people = People.parse({ operator: [role], scientist: { members: [role] } });

    expect([membersOf(people, 'operator'), membersOf(people, 'scientist'), membersOf(people, 'auditor')]).toEqual([
      [role],
      [role],
      [],
    ]);
  });

  it.each([
    ['222222222222', true],
    ['333333333333', false],
  ])('sign in with the SAML provider of account %s: %s', (account, fine) => {
    const people = { scientist: { members: [`arn:aws:iam::${account}:saml-provider/bpc`] } };

    expect(Environment.safeParse({ kind: 'dev', account: '222222222222', people }).success).toBe(fine);
  });
});

describe('the class of a dataset', () => {
  it.each([
    ['its own', 'personal', 'public', 'personal'],
    ['that of its strictest column', 'internal', 'confidential', 'confidential'],
  ])('is %s', (_what, sensitivity, column, expected) => {
    const contract = Contract.parse({ format: 'csv', sensitivity, columns: [{ name: 'a', sensitivity: column }] });

    expect(classOf(contract)).toBe(expected);
  });
});
