from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="JobOutput")


@_attrs_define
class JobOutput:
    s3uri: str
    """ Folder, below a prefix that the estate allows; the job writes into a folder of its own in it """

    def to_dict(self) -> dict[str, Any]:
        s3uri = self.s3uri

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "s3uri": s3uri,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        s3uri = d.pop("s3uri")

        job_output = cls(
            s3uri=s3uri,
        )

        return job_output
