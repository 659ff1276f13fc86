from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.model_ref import ModelRef
    from ..models.stored_embedding import StoredEmbedding


T = TypeVar("T", bound="StoredEmbeddings")


@_attrs_define
class StoredEmbeddings:
    model: ModelRef
    """ The model that answered """
    pooling: str
    items: list[StoredEmbedding]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model = self.model.to_dict()

        pooling = self.pooling

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
                "pooling": pooling,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_ref import ModelRef
        from ..models.stored_embedding import StoredEmbedding

        d = dict(src_dict)
        model = ModelRef.from_dict(d.pop("model"))

        pooling = d.pop("pooling")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = StoredEmbedding.from_dict(items_item_data)

            items.append(items_item)

        stored_embeddings = cls(
            model=model,
            pooling=pooling,
            items=items,
        )

        stored_embeddings.additional_properties = d
        return stored_embeddings

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
