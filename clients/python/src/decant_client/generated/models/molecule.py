from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Molecule")


@_attrs_define
class Molecule:
    smiles: str
    """ One structure; above 2,000 characters it has the error TOO_LONG """
    id: str | Unset = UNSET
    """ Comes back with the answer; unique within the request """

    def to_dict(self) -> dict[str, Any]:
        smiles = self.smiles

        id = self.id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "smiles": smiles,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        smiles = d.pop("smiles")

        id = d.pop("id", UNSET)

        molecule = cls(
            smiles=smiles,
            id=id,
        )

        return molecule
