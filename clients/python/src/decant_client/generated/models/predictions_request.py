from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.predictions_request_on_truncation import (
    PredictionsRequestOnTruncation,
    check_predictions_request_on_truncation,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.molecule import Molecule


T = TypeVar("T", bound="PredictionsRequest")


@_attrs_define
class PredictionsRequest:
    items: list[Molecule]
    """ 1 to 256 molecules """
    model: str | Unset = UNSET
    """ Name of the model, or name@version; the served one if left out """
    endpoints: list[str] | Unset = UNSET
    """ Names of descriptors and heads, 1 to 100, as the model lists them; all if left out """
    on_truncation: PredictionsRequestOnTruncation | Unset = UNSET
    """ What becomes of a molecule of more tokens than the model reads: an error, or a cut and a warning; error if
    left out """

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        model = self.model

        endpoints: list[str] | Unset = UNSET
        if not isinstance(self.endpoints, Unset):
            endpoints = self.endpoints

        on_truncation: str | Unset = UNSET
        if not isinstance(self.on_truncation, Unset):
            on_truncation = self.on_truncation

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "items": items,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if endpoints is not UNSET:
            field_dict["endpoints"] = endpoints
        if on_truncation is not UNSET:
            field_dict["on_truncation"] = on_truncation

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

        endpoints = cast(list[str], d.pop("endpoints", UNSET))

        _on_truncation = d.pop("on_truncation", UNSET)
        on_truncation: PredictionsRequestOnTruncation | Unset
        if isinstance(_on_truncation, Unset):
            on_truncation = UNSET
        else:
            on_truncation = check_predictions_request_on_truncation(_on_truncation)

        predictions_request = cls(
            items=items,
            model=model,
            endpoints=endpoints,
            on_truncation=on_truncation,
        )

        return predictions_request
