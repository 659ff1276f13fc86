from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SimilarityQuery")


@_attrs_define
class SimilarityQuery:
    """Exactly one of them"""

    smiles: str | Unset = UNSET
    """ Is embedded """
    inchikey: str | Unset = UNSET
    """ A molecule whose embedding is stored """
    vector: list[float] | Unset = UNSET
    """ As many numbers as the model has dimensions """

    def to_dict(self) -> dict[str, Any]:
        smiles = self.smiles

        inchikey = self.inchikey

        vector: list[float] | Unset = UNSET
        if not isinstance(self.vector, Unset):
            vector = self.vector

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if smiles is not UNSET:
            field_dict["smiles"] = smiles
        if inchikey is not UNSET:
            field_dict["inchikey"] = inchikey
        if vector is not UNSET:
            field_dict["vector"] = vector

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        smiles = d.pop("smiles", UNSET)

        inchikey = d.pop("inchikey", UNSET)

        vector = cast(list[float], d.pop("vector", UNSET))

        similarity_query = cls(
            smiles=smiles,
            inchikey=inchikey,
            vector=vector,
        )

        return similarity_query
