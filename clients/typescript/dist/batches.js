/** Any number of molecules in requests of the size that the API takes, a few at a time, answered in order. */
import { BadAnswerError, PartialAnswerError } from './errors.js';
/** Bytes of the molecules in one request; the API takes 1 MB, the rest of the body is small. */
const MAX_BYTES = 900_000;
/** Cuts a list so that no part is above either limit. One molecule that is too large stands alone: the API refuses it. */
export function cut(smiles, maxItems, maxBytes = MAX_BYTES) {
    const parts = [];
    const encoder = new TextEncoder();
    let from = 0;
    let bytes = 0;
    smiles.forEach((text, i) => {
        const size = encoder.encode(JSON.stringify(text)).length + '{"smiles":},'.length;
        if (i > from && (i - from >= maxItems || bytes + size > maxBytes)) {
            parts.push([from, i]);
            from = i;
            bytes = 0;
        }
        bytes += size;
    });
    if (smiles.length > from)
        parts.push([from, smiles.length]);
    return parts;
}
/**
 * Sends all batches. Ids stay here, so that they may repeat; the API knows the molecules of a request by their places.
 * Throws a PartialAnswerError when some were answered and one was not, and BadAnswerError when the model changed between.
 */
export async function inBatches(molecules, batching, send) {
    if (!molecules.length)
        throw new RangeError('there are no molecules');
    const smiles = molecules.map((m) => (typeof m === 'string' ? m : m.smiles));
    const parts = cut(smiles, batching.maxItems);
    const answers = new Array(molecules.length).fill(undefined);
    const stop = new AbortController();
    const signal = batching.signal ? AbortSignal.any([batching.signal, stop.signal]) : stop.signal;
    let model;
    let done = 0;
    let next = 0;
    let failed;
    const worker = async () => {
        for (let part = parts[next++]; part && !failed; part = parts[next++]) {
            const [from, to] = part;
            try {
                const answer = await send(smiles.slice(from, to).map((text) => ({ smiles: text })), signal);
                model = sameModel(model, answer.model);
                place(answers, answer.items, from, to, molecules);
                done += to - from;
            }
            catch (error) {
                failed ??= { error };
                stop.abort(error);
                return;
            }
            batching.onProgress?.(done, molecules.length);
        }
    };
    await Promise.all(Array.from({ length: Math.min(batching.concurrency, parts.length) }, worker));
    if (failed)
        throw done ? new PartialAnswerError(answers, failed.error) : failed.error;
    const items = answers;
    const ok = items.filter((item) => item.status === 'ok').length;
    return { model: model, summary: { ok, failed: items.length - ok }, items };
}
function place(answers, items, from, to, molecules) {
    const list = items; // What came from the network may be anything.
    if (!Array.isArray(list) || items.length !== to - from || items.some((item, i) => item.index !== i)) {
        throw new BadAnswerError(`the answer has not the ${to - from} molecules of its request, in order`);
    }
    items.forEach((item, i) => {
        const given = molecules[from + i];
        const id = typeof given === 'object' ? given.id : undefined;
        answers[from + i] = { ...item, index: from + i, ...(id === undefined ? {} : { id }) };
    });
}
/** Numbers of two models must not stand in one list. */
function sameModel(known, found) {
    if (known && known.sha256 !== found.sha256) {
        throw new BadAnswerError(`the model changed from ${known.name}@${known.version} to ${found.name}@${found.version} between two batches; ` +
            'name one with the option model, or ask again');
    }
    return found;
}
