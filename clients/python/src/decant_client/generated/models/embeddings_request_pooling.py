from typing import Literal, cast

EmbeddingsRequestPooling = Literal["cls", "mean"]

EMBEDDINGS_REQUEST_POOLING_VALUES: set[EmbeddingsRequestPooling] = {
    "cls",
    "mean",
}


def check_embeddings_request_pooling(value: str) -> EmbeddingsRequestPooling:
    if value in EMBEDDINGS_REQUEST_POOLING_VALUES:
        return cast(EmbeddingsRequestPooling, value)
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMBEDDINGS_REQUEST_POOLING_VALUES!r}")
