/** The form: structures in, cards out. */
import { DecantClient } from '../clients/typescript/src/client.ts';
import { ApiError } from '../clients/typescript/src/errors.ts';
import type { Schemas } from '../clients/typescript/src/types.ts';
import { card, neighbours, type Draw } from './cards.ts';
import { apiBase, readConfig } from './config.ts';
import { byId, h } from './dom.ts';
import { readLines, type Line } from './input.ts';
import { openSession, type Session } from './sign-in.ts';

/** More cards than that nobody reads; the client libraries take any number. */
const MAX_LINES = 200;
/** Searches at once. */
const SEARCHES = 3;

const EXAMPLES = `CC(=O)Oc1ccccc1C(=O)O aspirin
Cn1cnc2c1c(=O)n(C)c(=O)n2C caffeine
CC(C)Cc1ccc(cc1)[C@@H](C)C(=O)O (R)-ibuprofen
[Na+].[O-]C(=O)c1ccccc1 sodium benzoate
C1CC a ring that is not closed
`;

type Item = Schemas['PredictedItem'];

const form = byId('ask', HTMLFormElement);
const text = byId('smiles', HTMLTextAreaElement);
const predict = byId('predict', HTMLButtonElement);
const status = byId('status', HTMLElement);
const problem = byId('problem', HTMLElement);
const results = byId('results', HTMLElement);

/** The drawing toolkit, loaded once. Without it there are no drawings, and all else. */
const loadDraw = async (): Promise<Draw> => {
  try {
    return (await import('./draw.js')).drawing;
  } catch {
    return () => undefined;
  }
};
let draw: Promise<Draw> | undefined;
let model: Promise<Schemas['Model'] | undefined> | undefined;
/** Of the question that is being answered; a later one ends it. */
let asking: AbortController | undefined;

function tell(error: unknown): void {
  const said = error instanceof Error ? error.message : String(error);
  const id = error instanceof ApiError && error.requestId ? h('small', {}, ` Request ${error.requestId}`) : undefined;
  problem.replaceChildren(h('p', {}, said, id));
  status.textContent = '';
}

async function ask(client: DecantClient): Promise<void> {
  asking?.abort();
  const mine = (asking = new AbortController());
  const lines = readLines(text.value);
  problem.replaceChildren();
  results.replaceChildren();
  if (!lines.length) return tell(new Error('Paste at least one structure.'));
  if (lines.length > MAX_LINES) {
    return tell(
      new Error(
        `${lines.length} structures are more than the ${MAX_LINES} that this page shows; use a client library.`,
      ),
    );
  }
  predict.disabled = true;
  status.textContent = `Predicting ${lines.length} ${lines.length === 1 ? 'structure' : 'structures'} …`;
  try {
    const cut = byId('cut', HTMLInputElement).checked;
    const { signal } = mine;
    const answers = await client.predict(lines, { on_truncation: cut ? 'flag' : 'error' }, { signal });
    const known = await (model ??= served(client, answers.model));
    const drawing = await (draw ??= loadDraw());
    const cards = answers.items.map((item, i) => card(lines[i] as Line, item, known, drawing));
    results.replaceChildren(...cards);
    const { ok, failed } = answers.summary;
    status.textContent = `${ok} predicted, ${failed} with an error.`;
    await findNeighbours(client, answers.items, cards, drawing, signal);
  } catch (error) {
    if (!mine.signal.aborted) tell(error);
  } finally {
    if (asking === mine) predict.disabled = false;
  }
}

/** What the model says of its endpoints; the page does without where this token may not list models. */
async function served(client: DecantClient, ref: Schemas['ModelRef']): Promise<Schemas['Model'] | undefined> {
  byId('model', HTMLElement).textContent = `Model ${ref.name} ${ref.version}, SHA-256 ${ref.sha256.slice(0, 16)}…`;
  return client.model(ref.name, ref.version).catch(() => undefined);
}

async function findNeighbours(
  client: DecantClient,
  items: readonly Item[],
  cards: readonly HTMLElement[],
  drawing: Draw,
  signal: AbortSignal,
): Promise<void> {
  const k = Number(byId('neighbours', HTMLSelectElement).value);
  if (!k) return;
  const waiting = items.flatMap((item, i) => (item.status === 'ok' && item.canonical_smiles ? [{ item, i }] : []));
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { item, i } = next;
      const place = cards[i]?.querySelector('.neighbours');
      try {
        const filter = item.inchikey === undefined ? {} : { filter: { exclude_inchikeys: [item.inchikey] } };
        const query = { smiles: item.canonical_smiles ?? '' };
        const found = await client.search({ query, k, ...filter }, { signal });
        place?.replaceChildren(...neighbours(found.items, drawing));
      } catch (error) {
        signal.throwIfAborted();
        const why = error instanceof ApiError ? error.problem.detail : 'the search does not answer';
        place?.replaceChildren(h('p', { class: 'note' }, `No neighbours: ${why}`));
      }
    }
  };
  await Promise.all(Array.from({ length: SEARCHES }, worker));
}

function showSession(session: Session, kind: 'code' | 'key'): void {
  const sign = byId('sign', HTMLButtonElement);
  sign.hidden = kind === 'key';
  sign.textContent = session.signedIn ? 'Sign out' : 'Sign in';
  sign.onclick = () => {
    if (session.signedIn) session.signOut();
    else session.signIn().catch(tell);
  };
}

async function start(): Promise<void> {
  const config = await readConfig();
  byId('environment', HTMLElement).textContent = config.environment;
  let session: Session | undefined;
  try {
    session = await openSession(config.signIn);
  } catch (error) {
    tell(error);
    // What the address carried is used up, so that this opens.
    session = await openSession(config.signIn);
  }
  showSession(session, config.signIn.kind);
  const client = new DecantClient({ baseUrl: apiBase(), auth: session });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void ask(client);
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  byId('example', HTMLButtonElement).addEventListener('click', () => {
    text.value = EXAMPLES;
    text.focus();
  });
}

start().catch(tell);
