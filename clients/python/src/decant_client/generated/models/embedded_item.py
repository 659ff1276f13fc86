from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.item_error import ItemError
    from ..models.warning import Warning_


T = TypeVar("T", bound="EmbeddedItem")


@_attrs_define
class EmbeddedItem:
    index: int
    status: str
    id: str | Unset = UNSET
    canonical_smiles: str | Unset = UNSET
    """ As tokenised """
    inchikey: str | Unset = UNSET
    molecule_key: str | Unset = UNSET
    """ Key of the vector here and in the tables of the lake """
    tokens: int | Unset = UNSET
    """ Tokens, the two special ones included """
    truncated: bool | Unset = UNSET
    cached: bool | Unset = UNSET
    """ The vector was stored before this request """
    warnings: list[Warning_] | Unset = UNSET
    embedding: list[float] | Unset = UNSET
    """ With encoding json """
    embedding_base64: str | Unset = UNSET
    """ With encoding base64_f32 """
    error: ItemError | Unset = UNSET
    """ Why a molecule has no answer; the structure is not repeated """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        status = self.status

        id = self.id

        canonical_smiles = self.canonical_smiles

        inchikey = self.inchikey

        molecule_key = self.molecule_key

        tokens = self.tokens

        truncated = self.truncated

        cached = self.cached

        warnings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = []
            for warnings_item_data in self.warnings:
                warnings_item = warnings_item_data.to_dict()
                warnings.append(warnings_item)

        embedding: list[float] | Unset = UNSET
        if not isinstance(self.embedding, Unset):
            embedding = self.embedding

        embedding_base64 = self.embedding_base64

        error: dict[str, Any] | Unset = UNSET
        if not isinstance(self.error, Unset):
            error = self.error.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "index": index,
                "status": status,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if canonical_smiles is not UNSET:
            field_dict["canonical_smiles"] = canonical_smiles
        if inchikey is not UNSET:
            field_dict["inchikey"] = inchikey
        if molecule_key is not UNSET:
            field_dict["molecule_key"] = molecule_key
        if tokens is not UNSET:
            field_dict["tokens"] = tokens
        if truncated is not UNSET:
            field_dict["truncated"] = truncated
        if cached is not UNSET:
            field_dict["cached"] = cached
        if warnings is not UNSET:
            field_dict["warnings"] = warnings
        if embedding is not UNSET:
            field_dict["embedding"] = embedding
        if embedding_base64 is not UNSET:
            field_dict["embedding_base64"] = embedding_base64
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.item_error import ItemError
        from ..models.warning import Warning_

        d = dict(src_dict)
        index = d.pop("index")

        status = d.pop("status")

        id = d.pop("id", UNSET)

        canonical_smiles = d.pop("canonical_smiles", UNSET)

        inchikey = d.pop("inchikey", UNSET)

        molecule_key = d.pop("molecule_key", UNSET)

        tokens = d.pop("tokens", UNSET)

        truncated = d.pop("truncated", UNSET)

        cached = d.pop("cached", UNSET)

        _warnings = d.pop("warnings", UNSET)
        warnings: list[Warning_] | Unset = UNSET
        if _warnings is not UNSET:
            warnings = []
            for warnings_item_data in _warnings:
                warnings_item = Warning_.from_dict(warnings_item_data)

                warnings.append(warnings_item)

        embedding = cast(list[float], d.pop("embedding", UNSET))

        embedding_base64 = d.pop("embedding_base64", UNSET)

        _error = d.pop("error", UNSET)
        error: ItemError | Unset
        if isinstance(_error, Unset):
            error = UNSET
        else:
            error = ItemError.from_dict(_error)

        embedded_item = cls(
            index=index,
            status=status,
            id=id,
            canonical_smiles=canonical_smiles,
            inchikey=inchikey,
            molecule_key=molecule_key,
            tokens=tokens,
            truncated=truncated,
            cached=cached,
            warnings=warnings,
            embedding=embedding,
            embedding_base64=embedding_base64,
            error=error,
        )

        embedded_item.additional_properties = d
        return embedded_item

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
