/** The frame of the CLI: finds the verb, loads it alone, parses the command line, turns errors into exit codes. */
import { Command, CommanderError } from 'commander';
import { Exit, UserError } from '../runtime/errors.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Io, Verb } from './verb.ts';
import { verbs, type VerbEntry } from './verbs.ts';

/** Runs one command line (without `node` and the program's name). Returns the exit code; throws nothing. */
export async function main(argv: readonly string[], io: Io, table: readonly VerbEntry[] = verbs): Promise<number> {
  try {
    const program = await build(argv, io, table);
    await program.parseAsync([...argv], { from: 'user' });
    return io.exitCode;
  } catch (error) {
    return report(error, io);
  }
}

/** Stops a command line between parsing and acting. */
class ParsedOnly extends Error {
  override readonly name = 'ParsedOnly';
}

/**
 * Parses a command line and runs nothing. Throws a UserError with exit code 2 when it is misused.
 * For tests that prove that the commands in documents exist.
 */
export async function parseOnly(argv: readonly string[], table: readonly VerbEntry[] = verbs): Promise<void> {
  const talk: string[] = [];
  const sink = { write: (text: string) => talk.push(text) } as unknown as NodeJS.WritableStream;
  const program = await build(argv, { out: sink, err: sink, env: {}, exitCode: 0 }, table);
  program.hook('preAction', () => {
    throw new ParsedOnly('parsed');
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof ParsedOnly) return;
    if (error instanceof CommanderError && error.exitCode === 0) return; // --help, --version
    const said = talk.join('').trim();
    throw new UserError(`decant ${argv.join(' ')}: ${said || (error as Error).message}`, { cause: error });
  }
}

/** The verb that a command line asks for, if any. `help VERB` asks for VERB. */
function asked(argv: readonly string[]): string | undefined {
  const words = argv.filter((a) => !a.startsWith('-'));
  return words[0] === 'help' ? words[1] : words[0];
}

/** A program that lists all verbs and fully defines just the one that is asked for. */
async function build(argv: readonly string[], io: Io, table: readonly VerbEntry[]): Promise<Command> {
  const program = new Command('decant')
    .description(packageJson.description)
    .version(packageJson.version, '--version', 'print the version')
    .helpCommand('help [verb]', 'show the help of a verb')
    .helpOption('-h, --help', 'show this help')
    .usage('VERB [options]')
    .configureOutput({
      writeOut: (text) => void io.out.write(text),
      writeErr: (text) => void io.err.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError(true)
    .exitOverride();
  program.addHelpText('after', '\nExamples:\n  $ decant check decant.yaml\n  $ decant help check');
  const wanted = asked(argv);
  for (const entry of table) {
    const command = program
      .command(entry.name)
      .helpGroup(entry.group)
      .summary(entry.summary)
      .description(entry.summary);
    if (entry.name === wanted) addVerb(command, (await entry.load()).verb, io);
  }
  return program;
}

function addVerb(command: Command, verb: Verb, io: Io): void {
  verb.define(command, io);
  command.addHelpText('afterAll', ({ command: shown }) => {
    const path = pathOf(shown);
    const fitting = verb.examples.filter((e) => e === path || e.startsWith(`${path} `));
    return `\nExamples:\n${(fitting.length ? fitting : verb.examples).map((e) => `  $ ${e}`).join('\n')}`;
  });
}

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/** Says what went wrong in words and chooses the exit code. */
function report(error: unknown, io: Io): number {
  // Commander has already written its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.done : Exit.misuse;
  const known = error instanceof UserError;
  const e = error instanceof Error ? error : new Error(String(error));
  const said = io.env['DECANT_DEBUG'] === '1' && e.stack ? e.stack : known ? e.message : `${e.name}: ${e.message}`;
  io.err.write(`${said}\n`);
  return known ? error.exitCode : Exit.failed;
}
