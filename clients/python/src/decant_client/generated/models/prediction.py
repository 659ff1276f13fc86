from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Prediction")


@_attrs_define
class Prediction:
    endpoint: str
    value: float
    """ A probability where the head is logistic """
    unit: str
    """ 1 where it has none """
    status: str
    """ descriptor: a target of the bundle. supported or experimental: a head for a measured endpoint """
    uncertainty: float | Unset = UNSET
    """ Root mean square error of the head on molecules of other scaffolds, in its unit; left out where the bundle
    knows none """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        endpoint = self.endpoint

        value = self.value

        unit = self.unit

        status = self.status

        uncertainty = self.uncertainty

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "endpoint": endpoint,
                "value": value,
                "unit": unit,
                "status": status,
            }
        )
        if uncertainty is not UNSET:
            field_dict["uncertainty"] = uncertainty

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        endpoint = d.pop("endpoint")

        value = d.pop("value")

        unit = d.pop("unit")

        status = d.pop("status")

        uncertainty = d.pop("uncertainty", UNSET)

        prediction = cls(
            endpoint=endpoint,
            value=value,
            unit=unit,
            status=status,
            uncertainty=uncertainty,
        )

        prediction.additional_properties = d
        return prediction

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
