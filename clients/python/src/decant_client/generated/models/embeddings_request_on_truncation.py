from typing import Literal, cast

EmbeddingsRequestOnTruncation = Literal["error", "flag"]

EMBEDDINGS_REQUEST_ON_TRUNCATION_VALUES: set[EmbeddingsRequestOnTruncation] = {
    "error",
    "flag",
}


def check_embeddings_request_on_truncation(value: str) -> EmbeddingsRequestOnTruncation:
    if value in EMBEDDINGS_REQUEST_ON_TRUNCATION_VALUES:
        return cast(EmbeddingsRequestOnTruncation, value)
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMBEDDINGS_REQUEST_ON_TRUNCATION_VALUES!r}")
