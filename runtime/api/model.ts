/** The model and the toolkit, as the answers use them. */
import { warningCodes } from '../../protocol/molecules.ts';
import { targetValues } from '../inference/endpoints.ts';
import { moleculeKey } from '../inference/key.ts';
import { Predictor } from '../inference/predictor.ts';
import { changesOf } from '../molecules/changes.ts';
import { loadRdkit, type FullRdkit } from '../molecules/rdkit.ts';
import type { MoleculeError } from '../molecules/refusal.ts';
import { parentOf } from '../molecules/standardize.ts';
import type { Encoded, Engine, ItemFailure, Standardized } from './engine.ts';

const failed = ({ code, detail, position }: MoleculeError): ItemFailure => ({
  ok: false,
  code,
  detail,
  ...(position !== null && { position }),
});

/** Reads and proves the bundle of a folder, and loads model and toolkit. Throws a BundleError. */
export async function openEngine(folder: string): Promise<Engine> {
  return engineOf(await Predictor.open(folder));
}

export function engineOf(predictor: Predictor): Engine {
  const { bundle, toolkit, tokenizer, encoder, applicability } = predictor;
  const { first, last } = bundle.vocabulary;
  const texts = new Map([...bundle.vocabulary.ids].map(([text, id]) => [id, text]));
  return {
    bundle,
    async standardize(smiles): Promise<Standardized | ItemFailure> {
      const verdict = await toolkit.standardize(smiles);
      if (!verdict.ok) return failed(verdict.error);
      const { canonical, inchikey, components, warnings } = verdict;
      return {
        ok: true,
        canonical,
        inchikey: inchikey ?? undefined,
        components,
        parent: parentOf(canonical),
        changes: changesOf(smiles, canonical),
        warnings: warnings.map((code) => ({ code, detail: warningCodes[code] })),
      };
    },
    tokenize(canonical) {
      const encoded = tokenizer.encode(canonical);
      // Of the canonical form: the place says nothing about what was sent.
      if (!('ok' in encoded)) return failed({ ...encoded, position: null });
      const spelled = [texts.get(first) ?? '', ...tokenizer.texts(canonical), texts.get(last) ?? ''];
      return { ok: true, texts: spelled, ids: encoded.ids, unknown: encoded.unknown };
    },
    ofMolblock: molblockReader(),
    async encode(ids): Promise<Encoded[]> {
      const { embedding, prediction } = await encoder.run(ids);
      const { dimension } = bundle.index;
      const width = bundle.targets.length;
      return ids.map((_, i) => ({
        embedding: embedding.slice(i * dimension, (i + 1) * dimension),
        targets: targetValues(bundle, prediction.subarray(i * width, (i + 1) * width)),
      }));
    },
    moleculeKey: (canonical) => moleculeKey(canonical, bundle.index, 'fp32'),
    nearest(embedding) {
      const [nearest] = applicability.nearest(embedding);
      return nearest === undefined || Number.isNaN(nearest) ? undefined : nearest;
    },
  };
}

/** Molblocks are read by a toolkit of their own, which is there once one comes. */
function molblockReader(): Engine['ofMolblock'] {
  let loading: Promise<FullRdkit> | undefined;
  const unreadable: ItemFailure = {
    ok: false,
    code: 'INVALID_SMILES',
    detail: 'the record holds no readable structure',
  };
  return async (text) => {
    const rdkit = await (loading ??= loadRdkit());
    try {
      const molecule = rdkit.get_mol(text);
      if (!molecule) return unreadable;
      const smiles = molecule.get_smiles();
      molecule.delete();
      return smiles === '' ? { ok: false, code: 'EMPTY', detail: 'the record has no atoms' } : { ok: true, smiles };
    } catch {
      // A molecule that breaks the toolkit leaves it of no use.
      loading = undefined;
      return unreadable;
    }
  };
}
