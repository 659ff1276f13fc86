from typing import Literal, cast

EmbeddingsRequestEncoding = Literal["base64_f32", "json"]

EMBEDDINGS_REQUEST_ENCODING_VALUES: set[EmbeddingsRequestEncoding] = {
    "base64_f32",
    "json",
}


def check_embeddings_request_encoding(value: str) -> EmbeddingsRequestEncoding:
    if value in EMBEDDINGS_REQUEST_ENCODING_VALUES:
        return cast(EmbeddingsRequestEncoding, value)
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMBEDDINGS_REQUEST_ENCODING_VALUES!r}")
