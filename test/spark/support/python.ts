/** A Python process with decant_embed that answers many questions, and what it needs to run at all. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensurePython } from '../../../local/python.ts';

const root = join(__dirname, '..', '..', '..');
export const glueFolder = join(root, 'glue', 'embed');
export const miniBundle = join(root, 'models', 'chemberta-mtr-mini');
/** Where tests write. */
export const scratch = join(root, 'build', 'test', 'spark');

const told = (command: string, ...args: string[]): string => {
  const run = spawnSync(command, args, { encoding: 'utf8' });
  return run.stdout + run.stderr;
};
/** Glue 5.1 runs this one. */
const python = [process.env['DECANT_PYTHON'], 'python3.11', 'python3']
  .filter((name) => name !== undefined)
  .find((name) => told(name, '--version').startsWith('Python 3.11.'));

export const noPython = python ? undefined : 'there is no Python 3.11';
export const noSpark = noPython ?? (/version "17\./.test(told('java', '-version')) ? undefined : 'there is no Java 17');

/** What a group of tests is called, with the reason where it is skipped. */
export const titled = (title: string, why: string | undefined): string => (why ? `${title} (skipped: ${why})` : title);

/** Interpreter with Spark and all that the job needs; installed once, about 1.2 GB. */
export const interpreter = (): Promise<string> =>
  ensurePython({
    packages: {
      name: 'spark',
      lock: join(glueFolder, 'requirements-test.txt'),
      what: 'Spark into a Python environment of its own (once, about 1.2 GB)',
    },
    env: { ...process.env, DECANT_PYTHON: python },
  });

/** Spark on two cores of this machine, reachable from this machine alone. */
export const sparkOptions: readonly string[] = [
  '--master',
  'local[2]',
  ...['spark.ui.enabled=false', 'spark.driver.host=127.0.0.1', 'spark.sql.shuffle.partitions=2'].flatMap((c) => [
    '--conf',
    c,
  ]),
];

export const sparkEnvironment = (path: string): NodeJS.ProcessEnv => ({
  ...process.env,
  PYTHONDONTWRITEBYTECODE: '1',
  PYSPARK_PYTHON: path,
  SPARK_LOCAL_IP: '127.0.0.1',
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  // Most runs are small: compiling for speed would take longer than they do.
  JDK_JAVA_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
});

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
  readonly message?: string;
}

export class Python {
  readonly #child: ChildProcess;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  #said = '';

  private constructor(path: string) {
    this.#child = spawn(path, [join(__dirname, 'server.py')], {
      env: {
        ...sparkEnvironment(path),
        PYTHONPATH: glueFolder,
        PYSPARK_SUBMIT_ARGS: [...sparkOptions, 'pyspark-shell'].join(' '),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.#child;
    if (!stdout || !stderr) throw new Error('the process has no pipes');
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.startsWith('\x1e')) this.#waiting.shift()?.(JSON.parse(line.slice(1)) as Answer);
    });
    stderr.on('data', (chunk: Buffer) => (this.#said = (this.#said + chunk.toString()).slice(-4000)));
    this.#child.on('exit', () => {
      for (const tell of this.#waiting.splice(0)) tell({ error: 'ended', message: this.#said });
    });
  }

  static async start(): Promise<Python> {
    return new Python(await interpreter());
  }

  /** The value of an answer. Rejects with `<class>: <message>` of what was raised. */
  async ask<T>(op: string, args: Readonly<Record<string, unknown>>): Promise<T> {
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin?.write(`${JSON.stringify({ op, args })}\n`);
    });
    if (answer.error) throw new Error(`${answer.error}: ${answer.message ?? ''}`);
    return answer.value as T;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin?.end();
    await ended;
    // The Java process that goes down last still holds them.
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }
}
