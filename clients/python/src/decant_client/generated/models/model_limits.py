from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ModelLimits")


@_attrs_define
class ModelLimits:
    max_tokens: int
    """ The two special ones included """
    max_smiles_characters: int
    max_items: int
    """ Of one request for embeddings or predictions """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        max_tokens = self.max_tokens

        max_smiles_characters = self.max_smiles_characters

        max_items = self.max_items

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "max_tokens": max_tokens,
                "max_smiles_characters": max_smiles_characters,
                "max_items": max_items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        max_tokens = d.pop("max_tokens")

        max_smiles_characters = d.pop("max_smiles_characters")

        max_items = d.pop("max_items")

        model_limits = cls(
            max_tokens=max_tokens,
            max_smiles_characters=max_smiles_characters,
            max_items=max_items,
        )

        model_limits.additional_properties = d
        return model_limits

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
