/** Jobs: molecules of a file in S3, answered by files in S3. */
import { ConflictError, JobError, NotFoundError } from './errors.js';
import { sleep as realSleep } from './transport.js';
const ended = new Set(['SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED']);
export class Jobs {
    #transport;
    #sleep;
    constructor(transport, sleep = realSleep) {
        this.#transport = transport;
        this.#sleep = sleep;
    }
    /** Starts a job; however often the request is repeated on the way, it is started once. */
    start(request, options = {}) {
        const headers = { 'Idempotency-Key': crypto.randomUUID() };
        const path = '/v1/jobs';
        return this.#transport.send({ method: 'POST', path, body: request, headers, repeatable: true, ...options });
    }
    get(id, options = {}) {
        return this.#transport.send({ method: 'GET', path: pathOf(id), repeatable: true, ...options });
    }
    /** Asks for the end of a job; what it wrote stays. Throws a ConflictError when it has ended already. */
    async cancel(id, options = {}) {
        try {
            return await this.#transport.send({ method: 'DELETE', path: pathOf(id), repeatable: true, ...options });
        }
        catch (error) {
            // The answer to an earlier try may have been lost on the way: then it has ended as it was asked to.
            const job = error instanceof ConflictError ? await this.get(id, options) : undefined;
            if (job?.state === 'CANCELLED')
                return job;
            throw error;
        }
    }
    /** All jobs of this application, newest first, a page at a time. */
    async *list(query = {}, options = {}) {
        let cursor;
        do {
            const page = await this.#transport.send({
                method: 'GET',
                path: '/v1/jobs',
                query: { ...query, cursor },
                repeatable: true,
                ...options,
            });
            yield* page.jobs;
            cursor = page.next_cursor;
        } while (cursor !== undefined);
    }
    /** Follows a job to its end. Throws a JobError when it failed or was cancelled; a PARTIAL one has results. */
    async wait(id, options = {}) {
        const first = (options.everySec ?? 2) * 1000;
        const { signal } = options;
        for (let looks = 0;; looks++) {
            const job = await this.get(id, signal ? { signal } : {});
            options.onProgress?.(job);
            if (ended.has(job.state)) {
                if (job.state === 'FAILED' || job.state === 'CANCELLED')
                    throw new JobError(job);
                return job;
            }
            await this.#sleep(Math.min(first * 1.3 ** looks, first * 10), signal);
        }
    }
    /** The Parquet files of an ended job, read by `read`. */
    async results(job, read) {
        return Promise.all(outputsOf(job).results.map((uri) => read(uri)));
    }
    /** The molecules of an ended job that have no answer, as the job wrote them, one object a molecule. */
    async errors(job, read) {
        const text = new TextDecoder().decode(await read(outputsOf(job).errors));
        return text
            .split('\n')
            .filter((line) => line.trim() !== '')
            .map((line) => JSON.parse(line));
    }
}
const pathOf = (id) => `/v1/jobs/${encodeURIComponent(id)}`;
function outputsOf(job) {
    if (job.outputs)
        return job.outputs;
    throw new NotFoundError({
        type: 'about:blank',
        title: 'No results',
        status: 404,
        detail: `job ${job.id} is ${job.state} and has written none`,
    });
}
