/** `decant local`: the embedded AWS on this machine. */
import type { Command } from 'commander';
import { dirname, resolve } from 'node:path';
import { UserError } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import { chooseEnvironment } from './target.ts';
import type { Io, Verb } from './verb.ts';

interface Options {
  readonly estate: string;
  readonly port?: number;
  readonly env?: string;
  readonly containers?: boolean;
  readonly json?: boolean;
}

const folder = (options: Options): string => dirname(resolve(options.estate));

const portNumber = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new UserError(`--port "${text}" is not a port; give a number from 1 to 65535`);
};

export const verb: Verb = {
  examples: [
    'decant local up',
    'decant local up --containers',
    'decant local deploy',
    'decant local status --json',
    'decant local page',
    'decant local down',
    'decant local reset',
  ],
  define(command, io) {
    const say = (text: string) => void io.err.write(`${text}\n`);
    const sub = (name: string, summary: string): Command =>
      command
        .command(name)
        .summary(summary)
        .description(summary)
        .option('--estate <file>', 'estate file; the data lie in .decant/local beside it', 'decant.yaml')
        .option('--json', 'print JSON');
    const start = (options: Options) => ({
      dir: folder(options),
      say,
      port: options.port,
    });

    sub('up', 'start the embedded AWS, on port 4566 or the next free one')
      .option('--port <number>', 'listen on this port', portNumber)
      .option('--containers', 'run tasks as containers (needs an engine, and npm run image) instead of plain processes')
      .action(async (options: Options) => {
        const { up } = await import('../local/supervisor.ts');
        const state = await up({ ...start(options), containers: options.containers });
        print(io, options, state, `running on ${state.endpoint}, pid ${state.pid}`);
      });

    sub('status', 'say where the embedded AWS listens, what it runs, and what it only stubs').action(
      async (options: Options) => {
        const { localStatus, statusText } = await import('../local/status.ts');
        const status = await localStatus(folder(options));
        print(io, options, status, statusText(status));
        if (!status.running) io.exitCode = 1;
      },
    );

    sub('deploy', 'deploy all stacks of the app to the embedded AWS, with the CDK CLI')
      .option('--env <name>', 'environment of kind local in the estate file')
      .action(async (options: Options) => {
        const chosen = await chooseEnvironment(options);
        if (chosen.environment.kind !== 'local') {
          throw new UserError(
            `environment ${chosen.environmentName} is of kind ${chosen.environment.kind}; deploy it with: npx cdk deploy --all -c environment=${chosen.environmentName}`,
          );
        }
        const { deploy } = await import('../local/deploy.ts');
        const done = await deploy({
          dir: chosen.dir,
          estateFile: chosen.file,
          environment: chosen.environmentName,
          say,
        });
        print(io, options, done, `deployed in ${done.seconds.toFixed(0)} s; the CDK CLI's output: ${done.log}`);
      });

    sub('page', 'serve the page to try the prediction API, on the loopback interface, until Ctrl-C')
      .option('--env <name>', 'environment of the estate file whose API is asked')
      .option('--application <name>', 'application whose token is used (default: the first)')
      .option('--port <number>', 'listen on this port (default: a free one)', portNumber)
      .action(async (options: Options & { readonly application?: string }) => {
        const { servePage } = await import('./local-page.ts');
        await servePage(io, options);
      });

    sub('down', 'stop the embedded AWS; its data stay').action(async (options: Options) => {
      const { down } = await import('../local/supervisor.ts');
      const stopped = await down({ dir: folder(options) });
      print(io, options, { stopped }, stopped ? 'stopped' : 'was not running');
    });

    sub('reset', 'delete all data of the embedded AWS, and start it empty if it was running').action(
      async (options: Options) => {
        const { reset } = await import('../local/supervisor.ts');
        const state = await reset(start(options));
        print(io, options, state ?? {}, state ? `empty, running on ${state.endpoint}, pid ${state.pid}` : 'empty');
      },
    );
  },
};

const print = (io: Io, options: Options, value: unknown, text: string): void =>
  options.json ? writeJson(io, value) : void io.out.write(`${text}\n`);
