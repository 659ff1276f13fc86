/** The model of this process: loaded once; a bundle that is not whole is refused for good. */
import { BundleError } from '../bundle/errors.ts';
import type { Engine } from './engine.ts';
import type { ApiProblem } from './problem.ts';
import { retryLater } from './problem.ts';

/** A damaged bundle stays damaged until somebody deploys another. */
const RETRY_SEC = 60;

/** Loads at the first call. Rejects with a problem 503; one of a damaged bundle names the file and its hashes. */
export function loadOnce(load: () => Promise<Engine>, complain: (error: unknown) => void): () => Promise<Engine> {
  let loading: Promise<Engine> | undefined;
  return () =>
    (loading ??= load().catch((error: unknown) => {
      complain(error);
      if (error instanceof BundleError) throw unready(error);
      // Something else may be gone the next time.
      loading = undefined;
      throw retryLater('model-unready', 'the model cannot be loaded', RETRY_SEC, { cause: error });
    }));
}

function unready(error: BundleError): ApiProblem {
  const hashes =
    error.expected === undefined ? '' : `: expected SHA-256 ${error.expected}, found ${error.found ?? 'no file'}`;
  return retryLater('model-unready', `${error.file} of the bundle is damaged${hashes}`, RETRY_SEC, { cause: error });
}
