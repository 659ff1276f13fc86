from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Applicability")


@_attrs_define
class Applicability:
    """How far the molecule is from what the model has seen"""

    nearest_similarity: float
    """ Cosine similarity to the nearest vector of the reference sample """
    threshold: float
    """ From here a molecule counts as in domain """
    in_domain: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        nearest_similarity = self.nearest_similarity

        threshold = self.threshold

        in_domain = self.in_domain

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "nearest_similarity": nearest_similarity,
                "threshold": threshold,
                "in_domain": in_domain,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        nearest_similarity = d.pop("nearest_similarity")

        threshold = d.pop("threshold")

        in_domain = d.pop("in_domain")

        applicability = cls(
            nearest_similarity=nearest_similarity,
            threshold=threshold,
            in_domain=in_domain,
        )

        applicability.additional_properties = d
        return applicability

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
