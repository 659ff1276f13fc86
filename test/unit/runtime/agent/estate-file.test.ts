/** An agent's ARN in the estate file: everything else stays as a person wrote it. */
import { describe, expect, test } from '@jest/globals';
import { withAgentArn } from '../../../../runtime/agent/estate-file.ts';

const ARN = 'arn:aws:datasync:eu-central-1:111111111111:agent/agent-0123456789abcdef0';
const text = `# The estate of BPC.
estate: bpc
environments:
  dev:
    kind: dev # until March
    account: '111111111111'
    agents:
      # In the rack by the window.
      basel: { mode: basic }
      bern: {}
      chur:
      zug:
        mode: enhanced # the new one
      davos: # in spring
      sion: { arn: 'arn:old', mode: basic }
sources:   {lab: {kind: nfs, agents: [basel,bern]}}
datasets: {}
`;

describe('an agent’s ARN', () => {
  test.each([
    ['basel', `basel: { mode: basic, arn: ${ARN} }`, 'basel: { mode: basic }'],
    ['bern', `bern: { arn: ${ARN} }`, 'bern: {}'],
    ['chur', `chur: { arn: ${ARN} }`, 'chur:'],
    [
      'zug',
      `zug:\n        mode: enhanced # the new one\n        arn: ${ARN}`,
      'zug:\n        mode: enhanced # the new one',
    ],
    ['davos', `davos: { arn: ${ARN} } # in spring`, 'davos: # in spring'],
    ['sion', `sion: { arn: ${ARN}, mode: basic }`, `sion: { arn: 'arn:old', mode: basic }`],
  ])('is written to %s, and nothing else changes', (name, after, before) => {
    expect(withAgentArn(text, 'dev', name, ARN, 'decant.yaml')).toBe(text.replace(before, after));
  });

  test('replaces an older one', () => {
    const once = withAgentArn(text, 'dev', 'bern', ARN.replace('0123', '9999'), 'decant.yaml');

    expect(withAgentArn(once, 'dev', 'bern', ARN, 'decant.yaml')).toBe(
      withAgentArn(text, 'dev', 'bern', ARN, 'decant.yaml'),
    );
  });

  test('is not written through an alias, which others use too', () => {
    const aliased = text.replace('basel: { mode: basic }', 'basel: &a { mode: basic }').replace('bern: {}', 'bern: *a');

    expect(() => withAgentArn(aliased, 'dev', 'bern', ARN, 'decant.yaml')).toThrow('is written elsewhere');
  });

  test('is not written for an agent that the file does not have', () => {
    expect(() => withAgentArn(text, 'dev', 'genf', ARN, 'decant.yaml')).toThrow('environments.dev.agents has no genf');
  });
});
