/** The frame of the CLI. */
import { describe, expect, test } from '@jest/globals';
import type { Io, Verb } from '../../../cli/verb.ts';
import type { VerbEntry } from '../../../cli/verbs.ts';
import { main, parseOnly } from '../../../cli/program.ts';
import { UserError } from '../../../runtime/errors.ts';

function recorder(env: NodeJS.ProcessEnv = {}) {
  const said = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    ({ write: (text: string) => Boolean((said[name] += text)) }) as unknown as NodeJS.WritableStream;
  return { io: { out: stream('out'), err: stream('err'), env, exitCode: 0 } satisfies Io, said };
}

const acting = (action: (io: Io) => void): Verb => ({
  examples: ['decant pour wine', 'decant pour water --slow'],
  define: (command, io) =>
    void command
      .argument('<what>')
      .option('--slow')
      .action(() => action(io)),
});
const table = (action: (io: Io) => void = () => undefined): VerbEntry[] => [
  { name: 'pour', group: 'Deliver:', summary: 'pour a drink', load: () => Promise.resolve({ verb: acting(action) }) },
  {
    name: 'spill',
    group: 'Deliver:',
    summary: 'spill it',
    load: () => Promise.reject(new Error('loaded for nothing')),
  },
];

describe('the command line', () => {
  test('gives the exit code that the verb set', async () => {
    const { io } = recorder();

    expect(
      await main(
        ['pour', 'wine'],
        io,
        table((i) => (i.exitCode = 3)),
      ),
    ).toBe(3);
  });

  test.each([
    [['puor', 'wine'], 'Did you mean pour?'],
    [['pour', 'wine', '--slwo'], 'Did you mean --slow?'],
    [['pour'], "missing required argument 'what'"],
  ])('%j is misuse and says how it is meant', async (argv, hint) => {
    const { io, said } = recorder();

    expect(await main(argv, io, table())).toBe(2);
    expect(said.err).toContain(hint);
  });

  test.each([[['help', 'pour']], [['pour', '--help']]])('%j shows the examples on standard output', async (argv) => {
    const { io, said } = recorder();

    expect(await main(argv, io, table())).toBe(0);
    expect(said.out).toContain('$ decant pour water --slow');
  });

  test('lists the verbs by group and loads none of them', async () => {
    const { io, said } = recorder();

    expect(await main(['--help'], io, table())).toBe(0);
    expect(said.out).toMatch(/Deliver:\n {2}pour +pour a drink\n {2}spill/);
  });

  test('shows the message of a user error alone, with its exit code', async () => {
    const { io, said } = recorder();
    const fail = () => {
      throw new UserError('the glass is full; empty it', { exitCode: 3 });
    };

    expect(await main(['pour', 'wine'], io, table(fail))).toBe(3);
    expect(said.err).toBe('the glass is full; empty it\n');
  });

  test('shows name and message of any other error, and its stack on request', async () => {
    const quiet = recorder();
    const debug = recorder({ DECANT_DEBUG: '1' });
    const fail = () => {
      throw new RangeError('broken');
    };

    expect(await main(['pour', 'wine'], quiet.io, table(fail))).toBe(1);
    await main(['pour', 'wine'], debug.io, table(fail));
    expect(quiet.said.err).toBe('RangeError: broken\n');
    expect(debug.said.err).toContain('program.test');
  });
});

describe('parsing only', () => {
  test('runs nothing', async () => {
    let ran = false;

    await parseOnly(
      ['pour', 'wine', '--slow'],
      table(() => (ran = true)),
    );

    expect(ran).toBe(false);
  });

  test.each([[['pour', 'wine', '--fast']], [['sip', 'wine']], [['pour']]])('throws on %j', async (argv) => {
    await expect(parseOnly(argv, table())).rejects.toThrow(UserError);
  });
});
