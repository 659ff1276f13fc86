from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.similarity_filter import SimilarityFilter
    from ..models.similarity_query import SimilarityQuery


T = TypeVar("T", bound="SimilarityRequest")


@_attrs_define
class SimilarityRequest:
    query: SimilarityQuery
    """ Exactly one of them """
    model: str | Unset = UNSET
    """ Name of the model, or name@version; the served one if left out """
    k: int | Unset = UNSET
    """ Molecules a page; 10 if left out """
    min_score: float | Unset = UNSET
    """ Cosine similarity from which a molecule counts """
    filter_: SimilarityFilter | Unset = UNSET
    cursor: str | Unset = UNSET
    """ next_cursor of the page before, for the same query """

    def to_dict(self) -> dict[str, Any]:
        query = self.query.to_dict()

        model = self.model

        k = self.k

        min_score = self.min_score

        filter_: dict[str, Any] | Unset = UNSET
        if not isinstance(self.filter_, Unset):
            filter_ = self.filter_.to_dict()

        cursor = self.cursor

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "query": query,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if k is not UNSET:
            field_dict["k"] = k
        if min_score is not UNSET:
            field_dict["min_score"] = min_score
        if filter_ is not UNSET:
            field_dict["filter"] = filter_
        if cursor is not UNSET:
            field_dict["cursor"] = cursor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.similarity_filter import SimilarityFilter
        from ..models.similarity_query import SimilarityQuery

        d = dict(src_dict)
        query = SimilarityQuery.from_dict(d.pop("query"))

        model = d.pop("model", UNSET)

        k = d.pop("k", UNSET)

        min_score = d.pop("min_score", UNSET)

        _filter_ = d.pop("filter", UNSET)
        filter_: SimilarityFilter | Unset
        if isinstance(_filter_, Unset):
            filter_ = UNSET
        else:
            filter_ = SimilarityFilter.from_dict(_filter_)

        cursor = d.pop("cursor", UNSET)

        similarity_request = cls(
            query=query,
            model=model,
            k=k,
            min_score=min_score,
            filter_=filter_,
            cursor=cursor,
        )

        return similarity_request
