from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.molecule import Molecule


T = TypeVar("T", bound="TokenizeRequest")


@_attrs_define
class TokenizeRequest:
    items: list[Molecule]
    """ 1 to 256 molecules """
    model: str | Unset = UNSET
    """ Name of the model, or name@version; the served one if left out """

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        model = self.model

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "items": items,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.molecule import Molecule

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = Molecule.from_dict(items_item_data)

            items.append(items_item)

        model = d.pop("model", UNSET)

        tokenize_request = cls(
            items=items,
            model=model,
        )

        return tokenize_request
