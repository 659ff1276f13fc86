"""The client: one method a route, on the functions that are generated from the OpenAPI document."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, overload

import httpx

from . import frames
from .auth import TokenSource
from .batches import Answers, MoleculeInput, Progress, in_batches
from .errors import BadAnswerError
from .generated.api.embeddings import create_embeddings, get_embeddings
from .generated.api.models import get_model, list_models
from .generated.api.molecules import standardize_molecules, tokenize
from .generated.api.predictions import create_predictions
from .generated.api.similarity import search_similar
from .generated.client import Client
from .generated.models import (
    EmbeddedItem,
    EmbeddingsRequest,
    Model,
    Molecule,
    PredictedItem,
    PredictionsRequest,
    SimilarityFilter,
    SimilarityQuery,
    SimilarityRequest,
    SimilarityResponse,
    StandardizedItem,
    StandardizeRequest,
    StoredEmbeddings,
    TokenizedItem,
    TokenizeRequest,
)
from .generated.types import UNSET
from .jobs import Jobs
from .transport import Retrying

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_ITEMS = 256
"""What one request takes (``limits.max_items`` of a model)."""
MAX_STANDARDIZED = 1000
T = TypeVar("T")


def given(**values: Any) -> dict[str, Any]:
    """Only what is not None: the generated code writes null otherwise."""
    return {key: value for key, value in values.items() if value is not None}


class DecantClient:
    """Asks one API. May be used from several threads, and as a context manager.

    ``base_url`` is the address of the API's stage, before ``/v1``; ``api_key`` the key of the application's usage plan,
    that of ``auth`` if left out: for client credentials the client's id. A call of many molecules is cut into requests, of which ``concurrency`` run at once;
    each request has ``max_tries`` tries of ``timeout`` seconds. ``transport`` is what carries a try (a proxy, own
    certificates): ``httpx.HTTPTransport(proxy=…, verify=…)``.
    """

    def __init__(
        self,
        base_url: str,
        auth: TokenSource,
        *,
        api_key: str | None = None,
        concurrency: int = 4,
        max_tries: int = 5,
        timeout: float = 35.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        base = base_url.rstrip("/")
        more = given(sleep=sleep)
        retrying = Retrying(auth, api_key=api_key, max_tries=max_tries, inner=transport, **more)
        self._http = httpx.Client(
            base_url=base, transport=retrying, timeout=timeout, headers={"accept": "application/json"}
        )
        self._client = Client(base_url=base).set_httpx_client(self._http)
        self._concurrency = concurrency
        self.jobs = Jobs(self._call, **more)

    def __enter__(self) -> DecantClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    @overload
    def predict(
        self,
        molecules: DataFrame,
        column: str = ...,
        *,
        endpoints: Sequence[str] | None = ...,
        model: str | None = ...,
        on_truncation: str | None = ...,
        on_progress: Progress | None = ...,
        prefix: str = ...,
    ) -> DataFrame: ...
    @overload
    def predict(
        self,
        molecules: Iterable[MoleculeInput],
        *,
        endpoints: Sequence[str] | None = ...,
        model: str | None = ...,
        on_truncation: str | None = ...,
        on_progress: Progress | None = ...,
    ) -> Answers[PredictedItem]: ...
    def predict(
        self,
        molecules: Any,
        column: str = "smiles",
        *,
        endpoints: Sequence[str] | None = None,
        model: str | None = None,
        on_truncation: str | None = None,
        on_progress: Progress | None = None,
        prefix: str = "",
    ) -> Any:
        """Predicted properties of each molecule.

        Of a DataFrame: its rows, order and index with one more column an endpoint, and ``canonical_smiles``,
        ``inchikey``, ``in_domain``, ``nearest_similarity``, ``warnings``, ``status``, ``error_code``, ``error_detail``
        and ``error_position``, each with ``prefix`` before its name. A row that cannot be read has an error and no
        numbers. ``attrs["model"]`` names the model. Equal SMILES are asked once, missing ones not at all.
        """
        options = given(
            endpoints=None if endpoints is None else list(endpoints), model=model, on_truncation=on_truncation
        )

        def ask(values: Iterable[MoleculeInput]) -> Answers[PredictedItem]:
            return self._batches(PredictionsRequest, create_predictions, values, options, on_progress, keyed=True)

        if frames.is_frame(molecules):
            return frames.predicted(molecules, column, ask, prefix, list(endpoints or []))
        return ask(molecules)

    @overload
    def embed(
        self,
        molecules: DataFrame,
        column: str = ...,
        *,
        normalize: bool | None = ...,
        model: str | None = ...,
        on_truncation: str | None = ...,
        on_progress: Progress | None = ...,
        prefix: str = ...,
    ) -> DataFrame: ...
    @overload
    def embed(
        self,
        molecules: Iterable[MoleculeInput],
        *,
        normalize: bool | None = ...,
        model: str | None = ...,
        on_truncation: str | None = ...,
        on_progress: Progress | None = ...,
    ) -> Answers[EmbeddedItem]: ...
    def embed(
        self,
        molecules: Any,
        column: str = "smiles",
        *,
        normalize: bool | None = None,
        model: str | None = None,
        on_truncation: str | None = None,
        on_progress: Progress | None = None,
        prefix: str = "",
    ) -> Any:
        """Embedding of each molecule: a list of floats, or in a DataFrame the column ``embedding`` of float32 arrays."""
        options = given(normalize=normalize, model=model, on_truncation=on_truncation)

        def ask(values: Iterable[MoleculeInput], **more: str) -> Answers[EmbeddedItem]:
            return self._batches(
                EmbeddingsRequest, create_embeddings, values, {**options, **more}, on_progress, keyed=True
            )

        if frames.is_frame(molecules):
            return frames.embedded(molecules, column, lambda values: ask(values, encoding="base64_f32"), prefix)
        return ask(molecules)

    def standardize(
        self, molecules: Iterable[MoleculeInput], *, on_progress: Progress | None = None
    ) -> Answers[StandardizedItem]:
        """Canonical SMILES, InChIKey and parent of each molecule."""
        return self._batches(
            StandardizeRequest, standardize_molecules, molecules, {}, on_progress, max_items=MAX_STANDARDIZED
        )

    def tokenize(
        self, molecules: Iterable[MoleculeInput], *, model: str | None = None, on_progress: Progress | None = None
    ) -> Answers[TokenizedItem]:
        """Tokens of each molecule, as the model reads them."""
        return self._batches(TokenizeRequest, tokenize, molecules, given(model=model), on_progress)

    def search(
        self,
        smiles: str | None = None,
        *,
        inchikey: str | None = None,
        vector: Sequence[float] | None = None,
        k: int = 10,
        min_score: float | None = None,
        exclude_inchikeys: Sequence[str] | None = None,
        model: str | None = None,
        cursor: str | None = None,
    ) -> SimilarityResponse:
        """One page of the embedded molecules nearest to a SMILES, an InChIKey or a vector: exactly one of them."""
        query = given(smiles=smiles, inchikey=inchikey, vector=None if vector is None else [float(v) for v in vector])
        if len(query) != 1:
            raise ValueError("give exactly one of smiles, inchikey and vector")
        more = given(min_score=min_score, model=model, cursor=cursor)
        if exclude_inchikeys is not None:
            more["filter_"] = SimilarityFilter(exclude_inchikeys=list(exclude_inchikeys))
        return self._call(search_similar, body=SimilarityRequest(query=SimilarityQuery(**query), k=k, **more))

    def stored_embeddings(self, inchikey: str, *, model: str | None = None) -> StoredEmbeddings:
        """Stored embeddings of the molecules with this InChIKey, which tautomers share."""
        return self._call(get_embeddings, inchikey=inchikey, model=UNSET if model is None else model)

    def models(self) -> list[Model]:
        """The models that are served."""
        return self._call(list_models).models

    def model(self, name: str, version: str) -> Model:
        """What one version of a model is, what it predicts and how well."""
        return self._call(get_model, model=name, version=version)

    def _call(self, route: ModuleType, **arguments: Any) -> Any:
        """Calls a generated function. Raises BadAnswerError when the answer has not the shape of the document."""
        try:
            parsed = route.sync_detailed(client=self._client, **arguments).parsed
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadAnswerError(f"the answer to {route.__name__.rsplit('.', 1)[-1]} has another shape") from error
        if parsed is None:
            raise BadAnswerError(f"the answer to {route.__name__.rsplit('.', 1)[-1]} has another status than described")
        return parsed

    def _batches(
        self,
        request: Callable[..., Any],
        route: ModuleType,
        molecules: Iterable[MoleculeInput],
        options: dict[str, Any],
        on_progress: Progress | None,
        *,
        max_items: int = MAX_ITEMS,
        keyed: bool = False,
    ) -> Answers[Any]:
        def send(items: list[Molecule]) -> Any:
            key = {"idempotency_key": str(uuid.uuid4())} if keyed else {}
            return self._call(route, body=request(items=items, **options), **key)

        return in_batches(molecules, send, max_items=max_items, concurrency=self._concurrency, on_progress=on_progress)
