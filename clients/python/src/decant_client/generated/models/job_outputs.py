from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="JobOutputs")


@_attrs_define
class JobOutputs:
    """There once the job has ended"""

    results: list[str]
    """ Parquet files """
    errors: str
    """ One JSON object a molecule without an answer, by lines """
    manifest: str
    """ Written last: path, size and SHA-256 of every file """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        results = self.results

        errors = self.errors

        manifest = self.manifest

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "results": results,
                "errors": errors,
                "manifest": manifest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        results = cast(list[str], d.pop("results"))

        errors = d.pop("errors")

        manifest = d.pop("manifest")

        job_outputs = cls(
            results=results,
            errors=errors,
            manifest=manifest,
        )

        job_outputs.additional_properties = d
        return job_outputs

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
