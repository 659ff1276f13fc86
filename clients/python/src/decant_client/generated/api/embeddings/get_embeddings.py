from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.stored_embeddings import StoredEmbeddings
from ...types import UNSET, Response, Unset


def _get_kwargs(
    inchikey: str,
    *,
    model: str | Unset = UNSET,
    encoding: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["model"] = model

    params["encoding"] = encoding

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/embeddings/{inchikey}".format(
            inchikey=quote(str(inchikey), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Problem | StoredEmbeddings | None:
    if response.status_code == 200:
        response_200 = StoredEmbeddings.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | Problem | StoredEmbeddings]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    inchikey: str,
    *,
    client: AuthenticatedClient,
    model: str | Unset = UNSET,
    encoding: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | Problem | StoredEmbeddings]:
    """Stored embeddings of the molecules with this InChIKey, which tautomers share

    Args:
        inchikey (str):
        model (str | Unset):
        encoding (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem | StoredEmbeddings]
    """

    kwargs = _get_kwargs(
        inchikey=inchikey,
        model=model,
        encoding=encoding,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    inchikey: str,
    *,
    client: AuthenticatedClient,
    model: str | Unset = UNSET,
    encoding: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | Problem | StoredEmbeddings | None:
    """Stored embeddings of the molecules with this InChIKey, which tautomers share

    Args:
        inchikey (str):
        model (str | Unset):
        encoding (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem | StoredEmbeddings
    """

    return sync_detailed(
        inchikey=inchikey,
        client=client,
        model=model,
        encoding=encoding,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    inchikey: str,
    *,
    client: AuthenticatedClient,
    model: str | Unset = UNSET,
    encoding: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | Problem | StoredEmbeddings]:
    """Stored embeddings of the molecules with this InChIKey, which tautomers share

    Args:
        inchikey (str):
        model (str | Unset):
        encoding (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem | StoredEmbeddings]
    """

    kwargs = _get_kwargs(
        inchikey=inchikey,
        model=model,
        encoding=encoding,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    inchikey: str,
    *,
    client: AuthenticatedClient,
    model: str | Unset = UNSET,
    encoding: str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | Problem | StoredEmbeddings | None:
    """Stored embeddings of the molecules with this InChIKey, which tautomers share

    Args:
        inchikey (str):
        model (str | Unset):
        encoding (str | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem | StoredEmbeddings
    """

    return (
        await asyncio_detailed(
            inchikey=inchikey,
            client=client,
            model=model,
            encoding=encoding,
            if_none_match=if_none_match,
        )
    ).parsed
