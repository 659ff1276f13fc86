from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="StoredEmbedding")


@_attrs_define
class StoredEmbedding:
    canonical_smiles: str
    inchikey: str
    molecule_key: str
    tokens: int
    truncated: bool
    embedding: list[float] | Unset = UNSET
    embedding_base64: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        canonical_smiles = self.canonical_smiles

        inchikey = self.inchikey

        molecule_key = self.molecule_key

        tokens = self.tokens

        truncated = self.truncated

        embedding: list[float] | Unset = UNSET
        if not isinstance(self.embedding, Unset):
            embedding = self.embedding

        embedding_base64 = self.embedding_base64

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "canonical_smiles": canonical_smiles,
                "inchikey": inchikey,
                "molecule_key": molecule_key,
                "tokens": tokens,
                "truncated": truncated,
            }
        )
        if embedding is not UNSET:
            field_dict["embedding"] = embedding
        if embedding_base64 is not UNSET:
            field_dict["embedding_base64"] = embedding_base64

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        canonical_smiles = d.pop("canonical_smiles")

        inchikey = d.pop("inchikey")

        molecule_key = d.pop("molecule_key")

        tokens = d.pop("tokens")

        truncated = d.pop("truncated")

        embedding = cast(list[float], d.pop("embedding", UNSET))

        embedding_base64 = d.pop("embedding_base64", UNSET)

        stored_embedding = cls(
            canonical_smiles=canonical_smiles,
            inchikey=inchikey,
            molecule_key=molecule_key,
            tokens=tokens,
            truncated=truncated,
            embedding=embedding,
            embedding_base64=embedding_base64,
        )

        stored_embedding.additional_properties = d
        return stored_embedding

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
