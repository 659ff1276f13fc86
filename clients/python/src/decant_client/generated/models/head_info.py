from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.head_info_metrics import HeadInfoMetrics
    from ..models.head_info_training import HeadInfoTraining


T = TypeVar("T", bound="HeadInfo")


@_attrs_define
class HeadInfo:
    name: str
    title: str
    unit: str
    kind: str
    status: str
    reason: str
    """ Why it has this status """
    sha256: str
    training: HeadInfoTraining
    """ What it was trained on """
    metrics: HeadInfoMetrics
    """ Scaffold splits, beside the baselines """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        title = self.title

        unit = self.unit

        kind = self.kind

        status = self.status

        reason = self.reason

        sha256 = self.sha256

        training = self.training.to_dict()

        metrics = self.metrics.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "title": title,
                "unit": unit,
                "kind": kind,
                "status": status,
                "reason": reason,
                "sha256": sha256,
                "training": training,
                "metrics": metrics,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.head_info_metrics import HeadInfoMetrics
        from ..models.head_info_training import HeadInfoTraining

        d = dict(src_dict)
        name = d.pop("name")

        title = d.pop("title")

        unit = d.pop("unit")

        kind = d.pop("kind")

        status = d.pop("status")

        reason = d.pop("reason")

        sha256 = d.pop("sha256")

        training = HeadInfoTraining.from_dict(d.pop("training"))

        metrics = HeadInfoMetrics.from_dict(d.pop("metrics"))

        head_info = cls(
            name=name,
            title=title,
            unit=unit,
            kind=kind,
            status=status,
            reason=reason,
            sha256=sha256,
            training=training,
            metrics=metrics,
        )

        head_info.additional_properties = d
        return head_info

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
