from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.model_ref import ModelRef
    from ..models.standardized_item import StandardizedItem
    from ..models.summary import Summary


T = TypeVar("T", bound="StandardizeResponse")


@_attrs_define
class StandardizeResponse:
    model: ModelRef
    """ The model that answered """
    summary: Summary
    items: list[StandardizedItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model = self.model.to_dict()

        summary = self.summary.to_dict()

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
                "summary": summary,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_ref import ModelRef
        from ..models.standardized_item import StandardizedItem
        from ..models.summary import Summary

        d = dict(src_dict)
        model = ModelRef.from_dict(d.pop("model"))

        summary = Summary.from_dict(d.pop("summary"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = StandardizedItem.from_dict(items_item_data)

            items.append(items_item)

        standardize_response = cls(
            model=model,
            summary=summary,
            items=items,
        )

        standardize_response.additional_properties = d
        return standardize_response

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
