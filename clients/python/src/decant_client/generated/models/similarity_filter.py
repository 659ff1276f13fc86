from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SimilarityFilter")


@_attrs_define
class SimilarityFilter:
    exclude_inchikeys: list[str] | Unset = UNSET
    """ Molecules that are left out, at most 100: the query itself, or what is known already """

    def to_dict(self) -> dict[str, Any]:
        exclude_inchikeys: list[str] | Unset = UNSET
        if not isinstance(self.exclude_inchikeys, Unset):
            exclude_inchikeys = self.exclude_inchikeys

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if exclude_inchikeys is not UNSET:
            field_dict["exclude_inchikeys"] = exclude_inchikeys

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        exclude_inchikeys = cast(list[str], d.pop("exclude_inchikeys", UNSET))

        similarity_filter = cls(
            exclude_inchikeys=exclude_inchikeys,
        )

        return similarity_filter
