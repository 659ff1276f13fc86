/** One card a molecule: drawing, verdict, predictions, neighbours. */
import type { Schemas } from '../clients/typescript/src/types.ts';
import { h } from './dom.ts';
import type { Line } from './input.ts';

type Item = Schemas['PredictedItem'];
type Model = Schemas['Model'];
type Head = Schemas['HeadInfo'];
/** Gives the image of a structure, or undefined where it cannot be drawn. */
export type Draw = (smiles: string, width: number, height: number) => string | undefined;

/** Four figures, which is more than the models are good for. */
const figures = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const similarity = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 });

export function structure(draw: Draw, smiles: string, width: number, height: number): HTMLElement {
  const src = draw(smiles, width, height);
  return src === undefined
    ? h('p', { class: 'nodrawing' }, 'No drawing of this structure')
    : h('img', { src, width, height, alt: `Structure of ${smiles}`, class: 'structure' });
}

/** A molecule with predictions, or with the error that it has instead. */
export function card(line: Line, item: Item, model: Model | undefined, draw: Draw): HTMLElement {
  const title = line.name ?? item.canonical_smiles ?? `Line ${line.number}`;
  const heading = h('h2', {}, title, ' ', h('small', {}, `line ${line.number}`));
  if (item.status === 'error') return errorCard(heading, line, item);
  return h(
    'article',
    { class: 'card', 'data-line': line.number, 'data-status': 'ok' },
    h(
      'div',
      { class: 'left' },
      structure(draw, item.canonical_smiles ?? line.smiles, 240, 180),
      domainMark(item.applicability),
    ),
    h(
      'div',
      { class: 'right' },
      heading,
      identity(item),
      warnings(item.warnings ?? []),
      ...tables(item.predictions ?? [], model),
      h('div', { class: 'neighbours' }),
    ),
  );
}

function errorCard(heading: HTMLElement, line: Line, { error }: Item): HTMLElement {
  const said = error ? `${error.title}: ${error.detail}` : 'The API gave no reason';
  return h(
    'article',
    { class: 'card error', 'data-line': line.number, 'data-status': 'error' },
    h(
      'div',
      { class: 'right' },
      heading,
      h('p', { class: 'why' }, h('strong', {}, error?.code ?? 'ERROR'), ' ', said),
      marked(line.smiles, error?.position),
    ),
  );
}

/** The SMILES with the wrong character marked. */
function marked(smiles: string, position: number | undefined): HTMLElement {
  if (position === undefined || position >= smiles.length) return h('p', {}, h('code', {}, smiles));
  const [before, at, after] = [smiles.slice(0, position), smiles.charAt(position), smiles.slice(position + 1)];
  return h(
    'p',
    {},
    h('code', {}, before, h('mark', {}, at), after),
    h('span', { class: 'note' }, ` at character ${position + 1}`),
  );
}

function domainMark(applicability: Schemas['Applicability'] | undefined): HTMLElement {
  if (!applicability) return h('p', { class: 'domain' }, 'This model cannot tell how far the molecule is');
  const { in_domain: inside, nearest_similarity: nearest, threshold } = applicability;
  return h(
    'p',
    { class: `domain ${inside ? 'in' : 'out'}`, 'data-domain': inside ? 'in' : 'out' },
    h('strong', {}, inside ? '✓ In domain' : '⚠ Out of domain'),
    h(
      'span',
      { class: 'note' },
      inside
        ? `Like molecules that the model has seen (${similarity.format(nearest)}, from ${similarity.format(threshold)})`
        : `Unlike what the model has seen (${similarity.format(nearest)}, below ${similarity.format(threshold)}): do not rely on the numbers`,
    ),
  );
}

function identity(item: Item): HTMLElement {
  const rows: [string, string | undefined][] = [
    ['Canonical SMILES', item.canonical_smiles],
    ['InChIKey', item.inchikey],
  ];
  return h(
    'dl',
    {},
    ...rows.flatMap(([term, text]) =>
      text === undefined ? [] : [h('dt', {}, term), h('dd', {}, h('code', {}, text))],
    ),
  );
}

function warnings(list: readonly Schemas['Warning'][]): HTMLElement | undefined {
  if (!list.length) return undefined;
  return h('ul', { class: 'warnings' }, ...list.map((w) => h('li', {}, h('strong', {}, w.code), ' ', w.detail)));
}

/** Measured endpoints first, which is what people ask for; then what can be computed from the structure as well. */
function tables(predictions: readonly Schemas['Prediction'][], model: Model | undefined): HTMLElement[] {
  const measured = predictions.filter((p) => p.status !== 'descriptor');
  const descriptors = predictions.filter((p) => p.status === 'descriptor');
  const parts: HTMLElement[] = [];
  if (measured.length) parts.push(table('Predicted measurements', measured, model));
  if (descriptors.length) {
    const all = table('Predicted descriptors', descriptors, model);
    parts.push(h('details', measured.length ? {} : { open: true }, h('summary', {}, 'Predicted descriptors'), all));
  }
  return parts;
}

function table(caption: string, predictions: readonly Schemas['Prediction'][], model: Model | undefined): HTMLElement {
  return h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...['Property', 'Value', 'Unit', 'Note'].map((t) => h('th', { scope: 'col' }, t)))),
    h('tbody', {}, ...predictions.map((p) => row(p, model))),
  );
}

function row(p: Schemas['Prediction'], model: Model | undefined): HTMLElement {
  const head: Head | undefined = model?.heads.find((m) => m.name === p.endpoint);
  const target = model?.targets.find((t) => t.name === p.endpoint);
  const error = p.uncertainty === undefined ? '' : ` ± ${figures.format(p.uncertainty)}`;
  const unit = head?.kind === 'logistic' ? 'probability' : p.unit === '1' ? '' : p.unit;
  return h(
    'tr',
    { 'data-endpoint': p.endpoint },
    h('th', { scope: 'row' }, head?.title ?? p.endpoint),
    h('td', { class: 'number' }, `${figures.format(p.value)}${error}`),
    h('td', {}, unit),
    p.status === 'experimental'
      ? h(
          'td',
          {},
          h('span', { class: 'badge' }, 'experimental'),
          h('span', { class: 'note' }, ` ${head?.reason ?? ''}`),
        )
      : h('td', { class: 'note' }, target?.description ?? ''),
  );
}

/** The neighbours of a molecule, nearest first. */
export function neighbours(found: readonly Schemas['SimilarMolecule'][], draw: Draw): HTMLElement[] {
  if (!found.length) return [h('p', { class: 'note' }, 'No other molecule is embedded yet.')];
  return [
    h('h3', {}, 'Nearest neighbours'),
    h(
      'ol',
      { class: 'gallery' },
      ...found.map((m) =>
        h(
          'li',
          {},
          structure(draw, m.canonical_smiles, 140, 105),
          h('span', { class: 'score' }, `similarity ${similarity.format(m.score)}`),
          h('code', {}, m.canonical_smiles),
        ),
      ),
    ),
  ];
}
