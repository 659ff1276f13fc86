import { sleep as realSleep, type Transport } from './transport.ts';
import type { CallOptions, Schemas } from './types.ts';
type Job = Schemas['Job'];
export interface WaitOptions extends CallOptions {
    /** Told after each look. */
    readonly onProgress?: (job: Job) => void;
    /** Seconds between two looks at first; it grows to ten times that. @default 2 */
    readonly everySec?: number;
}
/** Reads one object of S3, for `results` and `errors`: this client holds no AWS credentials. */
export type ReadObject = (uri: string) => Promise<Uint8Array>;
export declare class Jobs {
    #private;
    constructor(transport: Transport, sleep?: typeof realSleep);
    /** Starts a job; however often the request is repeated on the way, it is started once. */
    start(request: Schemas['JobRequest'], options?: CallOptions): Promise<Job>;
    get(id: string, options?: CallOptions): Promise<Job>;
    /** Asks for the end of a job; what it wrote stays. Throws a ConflictError when it has ended already. */
    cancel(id: string, options?: CallOptions): Promise<Job>;
    /** All jobs of this application, newest first, a page at a time. */
    list(query?: {
        readonly status?: Job['state'];
    }, options?: CallOptions): AsyncGenerator<Job>;
    /** Follows a job to its end. Throws a JobError when it failed or was cancelled; a PARTIAL one has results. */
    wait(id: string, options?: WaitOptions): Promise<Job>;
    /** The Parquet files of an ended job, read by `read`. */
    results(job: Job, read: ReadObject): Promise<Uint8Array[]>;
    /** The molecules of an ended job that have no answer, as the job wrote them, one object a molecule. */
    errors(job: Job, read: ReadObject): Promise<Record<string, unknown>[]>;
}
export {};
