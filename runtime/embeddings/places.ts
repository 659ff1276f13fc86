/** Looks up what the embedding stack of an environment published. */
import { embeddingPlaceNames, embeddingsPath, type EmbeddingPlaces } from '../../protocol/embeddings.ts';
import { UserError } from '../errors.ts';
import type { ReadParameters } from '../places.ts';

/** Throws a UserError where nothing is embedded. */
export async function loadEmbeddingPlaces(
  estate: string,
  environment: string,
  read?: ReadParameters,
): Promise<EmbeddingPlaces> {
  const found = await (read ?? (await import('../parameters.ts')).readParameters)(embeddingsPath(estate, environment));
  const missing = embeddingPlaceNames.filter((name) => !found.get(name));
  if (missing.length > 0) {
    throw new UserError(
      `environment ${environment} of ${estate} embeds no molecules: no table of it has a column of SMILES, ` +
        'embeddings.enabled is false, or its stacks are older than that; deploy it, then try again',
      { exitCode: 1 },
    );
  }
  return Object.fromEntries(embeddingPlaceNames.map((name) => [name, found.get(name) ?? ''])) as EmbeddingPlaces;
}
