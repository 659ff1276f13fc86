/** Generated from protocol/openapi.yaml by npm run clients. */
export interface paths {
    "/v1/molecules:standardize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Canonical SMILES, InChIKey and parent of each molecule */
        post: operations["standardizeMolecules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokenize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tokens of each molecule, as the model reads them */
        post: operations["tokenize"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Embedding of each molecule */
        post: operations["createEmbeddings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embeddings/{inchikey}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stored embeddings of the molecules with this InChIKey, which tautomers share */
        get: operations["getEmbeddings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Predicted properties of each molecule */
        post: operations["createPredictions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/similarity:search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Embedded molecules nearest to one molecule or vector */
        post: operations["searchSimilar"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models that are served */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one version of a model is, what it predicts and how well */
        get: operations["getModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs of the calling application, newest first */
        get: operations["listJobs"];
        put?: never;
        /** Embed or predict the molecules of a file in S3 */
        post: operations["createJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State, counts and results of a job */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /** Cancel a job that has not ended; what it wrote stays */
        delete: operations["cancelJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the function answers at all */
        get: operations["getLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the model is loaded and its files are whole */
        get: operations["getReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The model that answered */
        ModelRef: {
            name: string;
            version: string;
            /** @description Hash of the bundle, hexadecimal */
            sha256: string;
        };
        Summary: {
            ok: number;
            failed: number;
        };
        /** @description Known about a molecule that has its numbers */
        Warning: {
            /** @enum {string} */
            code: "TRUNCATED" | "UNKNOWN_TOKENS" | "MULTI_COMPONENT" | "DUMMY_ATOM" | "ISOTOPE" | "NO_INCHIKEY";
            detail: string;
            /** @description Tokens that the model does not know */
            count?: number;
        };
        /** @description Why a molecule has no answer; the structure is not repeated */
        ItemError: {
            /** @description A URN that never changes */
            type: string;
            title: string;
            detail: string;
            /** @enum {string} */
            code: "EMPTY" | "INVALID_SMILES" | "RING_NOT_CLOSED" | "VALENCE" | "KEKULIZE" | "REACTION" | "TOO_LONG" | "TOKENIZER_LOSSY" | "NON_FINITE";
            /** @description Character at which it is wrong, from 0 */
            position?: number;
        };
        Molecule: {
            /** @description Comes back with the answer; unique within the request */
            id?: string;
            /** @description One structure; above 2,000 characters it has the error TOO_LONG */
            smiles: string;
        };
        StandardizeRequest: {
            /** @description 1 to 1,000 molecules */
            items: components["schemas"]["Molecule"][];
        };
        StandardizedItem: {
            index: number;
            id?: string;
            /** @enum {string} */
            status: "ok" | "error";
            /** @description Bound to the toolkit */
            canonical_smiles?: string;
            /** @description Left out where InChI knows no such structure */
            inchikey?: string;
            /** @description Largest component, canonical */
            parent?: string;
            components?: number;
            /** @description What differs from the SMILES of the request */
            changes?: ("TRIMMED" | "CANONICALIZED" | "AROMATIZED" | "HYDROGENS_IMPLIED" | "CHARGES_SEPARATED" | "STEREO_DROPPED")[];
            warnings?: components["schemas"]["Warning"][];
            error?: components["schemas"]["ItemError"];
        };
        StandardizeResponse: {
            model: components["schemas"]["ModelRef"];
            summary: components["schemas"]["Summary"];
            items: components["schemas"]["StandardizedItem"][];
        };
        TokenizeRequest: {
            /** @description Name of the model, or name@version; the served one if left out */
            model?: string;
            /** @description 1 to 256 molecules */
            items: components["schemas"]["Molecule"][];
        };
        TokenizedItem: {
            index: number;
            id?: string;
            /** @enum {string} */
            status: "ok" | "error";
            canonical_smiles?: string;
            /** @description All of them, the special ones included, also above what the model reads */
            tokens?: string[];
            token_ids?: number[];
            /** @description The model would read the first of them only */
            truncated?: boolean;
            /** @description Tokens that the model does not know */
            unknown?: number;
            warnings?: components["schemas"]["Warning"][];
            error?: components["schemas"]["ItemError"];
        };
        TokenizeResponse: {
            model: components["schemas"]["ModelRef"];
            summary: components["schemas"]["Summary"];
            items: components["schemas"]["TokenizedItem"][];
        };
        EmbeddingsRequest: {
            /** @description Name of the model, or name@version; the served one if left out */
            model?: string;
            /**
             * @description Another pooling than that of the bundle is refused
             * @enum {string}
             */
            pooling?: "mean" | "cls";
            /** @description Vectors of length 1; false if left out */
            normalize?: boolean;
            /**
             * @description What becomes of a molecule of more tokens than the model reads: an error, or a cut and a warning; error if left out
             * @enum {string}
             */
            on_truncation?: "error" | "flag";
            /**
             * @description Vectors as arrays of numbers, or as base64 of little-endian 32-bit floats; json if left out
             * @enum {string}
             */
            encoding?: "json" | "base64_f32";
            /** @description 1 to 256 molecules */
            items: components["schemas"]["Molecule"][];
        };
        EmbeddedItem: {
            index: number;
            id?: string;
            /** @enum {string} */
            status: "ok" | "error";
            /** @description As tokenised */
            canonical_smiles?: string;
            inchikey?: string;
            /** @description Key of the vector here and in the tables of the lake */
            molecule_key?: string;
            /** @description Tokens, the two special ones included */
            tokens?: number;
            truncated?: boolean;
            /** @description The vector was stored before this request */
            cached?: boolean;
            warnings?: components["schemas"]["Warning"][];
            /** @description With encoding json */
            embedding?: number[];
            /** @description With encoding base64_f32 */
            embedding_base64?: string;
            error?: components["schemas"]["ItemError"];
        };
        EmbeddingsResponse: {
            model: components["schemas"]["ModelRef"];
            summary: components["schemas"]["Summary"];
            /** @enum {string} */
            pooling: "mean" | "cls";
            normalized: boolean;
            items: components["schemas"]["EmbeddedItem"][];
        };
        StoredEmbedding: {
            canonical_smiles: string;
            inchikey: string;
            molecule_key: string;
            tokens: number;
            truncated: boolean;
            embedding?: number[];
            embedding_base64?: string;
        };
        StoredEmbeddings: {
            model: components["schemas"]["ModelRef"];
            /** @enum {string} */
            pooling: "mean" | "cls";
            items: components["schemas"]["StoredEmbedding"][];
        };
        PredictionsRequest: {
            /** @description Name of the model, or name@version; the served one if left out */
            model?: string;
            /** @description Names of descriptors and heads, 1 to 100, as the model lists them; all if left out */
            endpoints?: string[];
            /**
             * @description What becomes of a molecule of more tokens than the model reads: an error, or a cut and a warning; error if left out
             * @enum {string}
             */
            on_truncation?: "error" | "flag";
            /** @description 1 to 256 molecules */
            items: components["schemas"]["Molecule"][];
        };
        Prediction: {
            endpoint: string;
            /** @description A probability where the head is logistic */
            value: number;
            /** @description 1 where it has none */
            unit: string;
            /**
             * @description descriptor: a target of the bundle. supported or experimental: a head for a measured endpoint
             * @enum {string}
             */
            status: "descriptor" | "supported" | "experimental";
            /** @description Root mean square error of the head on molecules of other scaffolds, in its unit; left out where the bundle knows none */
            uncertainty?: number;
        };
        /** @description How far the molecule is from what the model has seen */
        Applicability: {
            /** @description Cosine similarity to the nearest vector of the reference sample */
            nearest_similarity: number;
            /** @description From here a molecule counts as in domain */
            threshold: number;
            in_domain: boolean;
        };
        PredictedItem: {
            index: number;
            id?: string;
            /** @enum {string} */
            status: "ok" | "error";
            canonical_smiles?: string;
            inchikey?: string;
            molecule_key?: string;
            tokens?: number;
            truncated?: boolean;
            cached?: boolean;
            warnings?: components["schemas"]["Warning"][];
            predictions?: components["schemas"]["Prediction"][];
            applicability?: components["schemas"]["Applicability"];
            error?: components["schemas"]["ItemError"];
        };
        PredictionsResponse: {
            model: components["schemas"]["ModelRef"];
            summary: components["schemas"]["Summary"];
            items: components["schemas"]["PredictedItem"][];
        };
        /** @description Exactly one of them */
        SimilarityQuery: {
            /** @description Is embedded */
            smiles?: string;
            /** @description A molecule whose embedding is stored */
            inchikey?: string;
            /** @description As many numbers as the model has dimensions */
            vector?: number[];
        };
        SimilarityFilter: {
            /** @description Molecules that are left out, at most 100: the query itself, or what is known already */
            exclude_inchikeys?: string[];
        };
        SimilarityRequest: {
            /** @description Name of the model, or name@version; the served one if left out */
            model?: string;
            query: components["schemas"]["SimilarityQuery"];
            /** @description Molecules a page; 10 if left out */
            k?: number;
            /** @description Cosine similarity from which a molecule counts */
            min_score?: number;
            filter?: components["schemas"]["SimilarityFilter"];
            /** @description next_cursor of the page before, for the same query */
            cursor?: string;
        };
        SimilarMolecule: {
            /** @description From 0, over all pages */
            rank: number;
            /** @description Cosine similarity */
            score: number;
            molecule_key: string;
            canonical_smiles: string;
            inchikey?: string;
        };
        SimilarityResponse: {
            model: components["schemas"]["ModelRef"];
            items: components["schemas"]["SimilarMolecule"][];
            /** @description Left out on the last page */
            next_cursor?: string;
        };
        Target: {
            name: string;
            description: string;
            unit: string;
        };
        HeadInfo: {
            name: string;
            title: string;
            unit: string;
            /** @enum {string} */
            kind: "ridge" | "logistic";
            /** @enum {string} */
            status: "supported" | "experimental";
            /** @description Why it has this status */
            reason: string;
            sha256: string;
            /** @description What it was trained on */
            training: Record<string, never>;
            /** @description Scaffold splits, beside the baselines */
            metrics: Record<string, never>;
        };
        TokenizerInfo: {
            /** @enum {string} */
            kind: "smiles" | "bpe";
            /** @description Tokenises as the published ChemBERTa-77M files do, for comparison only */
            bug_compatible: boolean;
            /** @description SHA-256 of each of its files */
            sha256: {
                [key: string]: string;
            };
        };
        ModelLimits: {
            /** @description The two special ones included */
            max_tokens: number;
            max_smiles_characters: number;
            /** @description Of one request for embeddings or predictions */
            max_items: number;
        };
        ApplicabilityInfo: {
            threshold: number;
            reference_molecules: number;
            source: string;
        };
        Model: {
            name: string;
            version: string;
            /** @description Hash of the bundle */
            sha256: string;
            dimension: number;
            /** @enum {string} */
            pooling: "mean" | "cls";
            /** @enum {string} */
            dtype: "fp32";
            tokenizer: components["schemas"]["TokenizerInfo"];
            limits: components["schemas"]["ModelLimits"];
            applicability?: components["schemas"]["ApplicabilityInfo"];
            /** @description Descriptors that the bundle predicts */
            targets: components["schemas"]["Target"][];
            /** @description Measured endpoints */
            heads: components["schemas"]["HeadInfo"][];
            /** @description Data, training, metrics, limits and intended use */
            card: Record<string, never>;
        };
        ModelList: {
            models: components["schemas"]["Model"][];
        };
        JobInput: {
            /** @description One object, below a prefix that the estate allows */
            s3uri: string;
            /** @enum {string} */
            format: "csv" | "smi" | "sdf" | "parquet";
            /** @description Column of the SMILES, of csv and parquet; smiles if left out */
            column?: string;
        };
        JobOutput: {
            /** @description Folder, below a prefix that the estate allows; the job writes into a folder of its own in it */
            s3uri: string;
        };
        JobRequest: {
            /** @enum {string} */
            type: "embeddings" | "predictions";
            /** @description Name of the model, or name@version; the served one if left out */
            model?: string;
            /**
             * @description What becomes of a molecule of more tokens than the model reads; error if left out
             * @enum {string}
             */
            on_truncation?: "error" | "flag";
            input: components["schemas"]["JobInput"];
            output?: components["schemas"]["JobOutput"];
        };
        JobCounts: {
            total: number;
            ok: number;
            invalid: number;
            /** @description Of those that are ok */
            truncated: number;
            /** @description Of those that are ok */
            cached: number;
        };
        /** @description There once the job has ended */
        JobOutputs: {
            /** @description Parquet files */
            results: string[];
            /** @description One JSON object a molecule without an answer, by lines */
            errors: string;
            /** @description Written last: path, size and SHA-256 of every file */
            manifest: string;
        };
        Job: {
            id: string;
            /** @enum {string} */
            type: "embeddings" | "predictions";
            /**
             * @description PARTIAL: ended well, but some molecules have no answer
             * @enum {string}
             */
            state: "QUEUED" | "RUNNING" | "SUCCEEDED" | "PARTIAL" | "FAILED" | "CANCELLED";
            model: components["schemas"]["ModelRef"];
            input: components["schemas"]["JobInput"];
            output: components["schemas"]["JobOutput"];
            counts?: components["schemas"]["JobCounts"];
            /** @description Share of the molecules that are done */
            progress?: number;
            outputs?: components["schemas"]["JobOutputs"];
            error?: components["schemas"]["JobError"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        JobError: {
            code: string;
            detail: string;
        };
        JobList: {
            jobs: components["schemas"]["Job"][];
            /** @description Left out on the last page */
            next_cursor?: string;
        };
        Health: {
            /** @enum {string} */
            status: "live" | "ready";
            model?: components["schemas"]["ModelRef"];
        };
        FieldError: {
            /** @description JSON pointer into the body; parameters by their name, such as #/query/limit */
            pointer: string;
            detail: string;
        };
        /** @description A request that is refused as a whole (RFC 9457) */
        Problem: {
            /** @description A URN that never changes */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description Path of the request */
            instance?: string;
            request_id?: string;
            errors?: components["schemas"]["FieldError"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    standardizeMolecules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StandardizeRequest"];
            };
        };
        responses: {
            /** @description One verdict an item, in the order of the request */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StandardizeResponse"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many items or bytes */
            413: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is not application/json */
            415: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is no such request; errors name each place by JSON pointer */
            422: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokenize: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenizeRequest"];
            };
        };
        responses: {
            /** @description One answer an item, in the order of the request */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenizeResponse"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many items or bytes */
            413: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is not application/json */
            415: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is no such request; errors name each place by JSON pointer */
            422: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEmbeddings: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition with the same key and body within 24 hours gets the stored answer; with another body, 409. 1 to 255 printable characters */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmbeddingsRequest"];
            };
        };
        responses: {
            /** @description One answer an item, in the order of the request */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmbeddingsResponse"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The idempotency key was used for another body, or its first request is still being answered */
            409: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many items or bytes */
            413: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is not application/json */
            415: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is no such request; errors name each place by JSON pointer */
            422: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEmbeddings: {
        parameters: {
            query?: {
                /** @description Name of the model, or name@version; the served one if left out */
                model?: string;
                /** @description json (the default) or base64_f32 */
                encoding?: string;
            };
            header?: {
                /** @description ETag of an earlier answer; the same one is answered by 304 */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Standard InChIKey, 27 characters */
                inchikey: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The molecules known by this InChIKey */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    /** @description Changes when the answer does */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredEmbeddings"];
                };
            };
            /** @description Not changed since the answer with that ETag */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is no such request; errors name each place by JSON pointer */
            422: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPredictions: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition with the same key and body within 24 hours gets the stored answer; with another body, 409. 1 to 255 printable characters */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PredictionsRequest"];
            };
        };
        responses: {
            /** @description One answer an item, in the order of the request */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionsResponse"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The idempotency key was used for another body, or its first request is still being answered */
            409: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many items or bytes */
            413: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is not application/json */
            415: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is no such request; errors name each place by JSON pointer */
            422: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchSimilar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SimilarityRequest"];
            };
        };
        responses: {
            /** @description Molecules by falling cosine similarity */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimilarityResponse"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many items or bytes */
            413: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is not application/json */
            415: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is no such request; errors name each place by JSON pointer */
            422: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the model */
                model: string;
                /** @description Version, such as 1.0.0 */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Only jobs in this state */
                status?: string;
                /** @description Jobs a page, 1 to 100; 100 if left out */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of jobs */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is no such request; errors name each place by JSON pointer */
            422: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition with the same key and body within 24 hours gets the stored answer; with another body, 409. 1 to 255 printable characters */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobRequest"];
            };
        };
        responses: {
            /** @description The job is queued */
            202: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    /** @description Path of the job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The idempotency key was used for another body, or its first request is still being answered */
            409: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many items or bytes */
            413: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The content type is not application/json */
            415: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is no such request; errors name each place by JSON pointer */
            422: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the job */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the job */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job, cancelled */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The body is no JSON, or the gateway refuses it */
            400: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing, expired, foreign, unsigned or tampered with */
            401: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description What is asked for, and what is wrong (RFC 6750); API Gateway calls it x-amzn-remapped-www-authenticate */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope of the route, or the application key is missing */
            403: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such model, version, molecule or job */
            404: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The job has ended already */
            409: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Name and version of the model, joined by @ */
                    "x-model"?: string;
                    /** @description Hash of the bundle */
                    "x-model-sha256"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Too many requests; try again after so many seconds */
            429: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The model is not ready, or the function has its hands full */
            503: {
                headers: {
                    /** @description Identifies the request; the same as in the logs */
                    "x-request-id"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
