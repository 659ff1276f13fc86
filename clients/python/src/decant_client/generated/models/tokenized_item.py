from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.item_error import ItemError
    from ..models.warning import Warning_


T = TypeVar("T", bound="TokenizedItem")


@_attrs_define
class TokenizedItem:
    index: int
    status: str
    id: str | Unset = UNSET
    canonical_smiles: str | Unset = UNSET
    tokens: list[str] | Unset = UNSET
    """ All of them, the special ones included, also above what the model reads """
    token_ids: list[int] | Unset = UNSET
    truncated: bool | Unset = UNSET
    """ The model would read the first of them only """
    unknown: int | Unset = UNSET
    """ Tokens that the model does not know """
    warnings: list[Warning_] | Unset = UNSET
    error: ItemError | Unset = UNSET
    """ Why a molecule has no answer; the structure is not repeated """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        status = self.status

        id = self.id

        canonical_smiles = self.canonical_smiles

        tokens: list[str] | Unset = UNSET
        if not isinstance(self.tokens, Unset):
            tokens = self.tokens

        token_ids: list[int] | Unset = UNSET
        if not isinstance(self.token_ids, Unset):
            token_ids = self.token_ids

        truncated = self.truncated

        unknown = self.unknown

        warnings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = []
            for warnings_item_data in self.warnings:
                warnings_item = warnings_item_data.to_dict()
                warnings.append(warnings_item)

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
        if tokens is not UNSET:
            field_dict["tokens"] = tokens
        if token_ids is not UNSET:
            field_dict["token_ids"] = token_ids
        if truncated is not UNSET:
            field_dict["truncated"] = truncated
        if unknown is not UNSET:
            field_dict["unknown"] = unknown
        if warnings is not UNSET:
            field_dict["warnings"] = warnings
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

        tokens = cast(list[str], d.pop("tokens", UNSET))

        token_ids = cast(list[int], d.pop("token_ids", UNSET))

        truncated = d.pop("truncated", UNSET)

        unknown = d.pop("unknown", UNSET)

        _warnings = d.pop("warnings", UNSET)
        warnings: list[Warning_] | Unset = UNSET
        if _warnings is not UNSET:
            warnings = []
            for warnings_item_data in _warnings:
                warnings_item = Warning_.from_dict(warnings_item_data)

                warnings.append(warnings_item)

        _error = d.pop("error", UNSET)
        error: ItemError | Unset
        if isinstance(_error, Unset):
            error = UNSET
        else:
            error = ItemError.from_dict(_error)

        tokenized_item = cls(
            index=index,
            status=status,
            id=id,
            canonical_smiles=canonical_smiles,
            tokens=tokens,
            token_ids=token_ids,
            truncated=truncated,
            unknown=unknown,
            warnings=warnings,
            error=error,
        )

        tokenized_item.additional_properties = d
        return tokenized_item

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
