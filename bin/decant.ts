/** The operator's CLI: argv in, exit code out. */
import { processIo } from '../cli/io.ts';
import { main } from '../cli/program.ts';

// The exit code is set, not forced: what is still being written to a pipe gets out first.
void main(process.argv.slice(2), processIo()).then((code) => {
  process.exitCode = code;
});
