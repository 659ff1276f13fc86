// What became of the molecules: embeddings and predictions in the lake, and a question to the prediction API.
import { decant, decantJson } from './decant.mjs';

/** Application of the estate file that the demo asks the API as. */
const APPLICATION = 'demo';
const NEIGHBOURS = 5;

/** Rows of one statement. */
const rowsOf = async (sql) => (await decantJson(['query', '--json', sql])).rows;

/** Sees that every molecule is embedded; events have started most of it by now. Counts by dataset. */
export async function embedAll(say) {
  say('embedding the molecules, and predicting their properties');
  await decant(['embed', '--wait']);
  return rowsOf(
    "select dataset, sum(occurrences) as cells, count(*) as texts, count(distinct molecule_key) as molecules, sum(case when status = 'error' then 1 else 0 end) as invalid from molecules group by dataset order by dataset",
  );
}

/** Asks the API as an application does: a token of its user pool first. */
async function ask(path, body) {
  const { api_url, access_token, api_key } = await decantJson(['token', APPLICATION, '--json']);
  const response = await fetch(`${api_url.replace(/\/$/, '')}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'x-api-key': api_key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok)
    throw new Error(`${path} answered ${response.status}: ${answer.title ?? ''} ${answer.detail ?? ''}`);
  return answer;
}

/** A registered compound, the properties that are predicted for it, and its nearest neighbours. */
export async function similar() {
  const [compound] = await rowsOf("select name, smiles from compounds where name = 'aspirin' limit 1");
  const predicted = await ask('/v1/predictions', { items: [{ id: compound.name, smiles: compound.smiles }] });
  const found = await ask('/v1/similarity:search', { query: { smiles: compound.smiles }, k: NEIGHBOURS });
  return { compound, predicted: predicted.items[0], neighbours: found.items, model: found.model };
}
