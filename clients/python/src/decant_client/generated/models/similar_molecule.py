from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SimilarMolecule")


@_attrs_define
class SimilarMolecule:
    rank: int
    """ From 0, over all pages """
    score: float
    """ Cosine similarity """
    molecule_key: str
    canonical_smiles: str
    inchikey: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rank = self.rank

        score = self.score

        molecule_key = self.molecule_key

        canonical_smiles = self.canonical_smiles

        inchikey = self.inchikey

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rank": rank,
                "score": score,
                "molecule_key": molecule_key,
                "canonical_smiles": canonical_smiles,
            }
        )
        if inchikey is not UNSET:
            field_dict["inchikey"] = inchikey

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        rank = d.pop("rank")

        score = d.pop("score")

        molecule_key = d.pop("molecule_key")

        canonical_smiles = d.pop("canonical_smiles")

        inchikey = d.pop("inchikey", UNSET)

        similar_molecule = cls(
            rank=rank,
            score=score,
            molecule_key=molecule_key,
            canonical_smiles=canonical_smiles,
            inchikey=inchikey,
        )

        similar_molecule.additional_properties = d
        return similar_molecule

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
