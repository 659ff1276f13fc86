from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.job_input_format import JobInputFormat, check_job_input_format
from ..types import UNSET, Unset

T = TypeVar("T", bound="JobInput")


@_attrs_define
class JobInput:
    s3uri: str
    """ One object, below a prefix that the estate allows """
    format_: JobInputFormat
    column: str | Unset = UNSET
    """ Column of the SMILES, of csv and parquet; smiles if left out """

    def to_dict(self) -> dict[str, Any]:
        s3uri = self.s3uri

        format_: str = self.format_

        column = self.column

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "s3uri": s3uri,
                "format": format_,
            }
        )
        if column is not UNSET:
            field_dict["column"] = column

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        s3uri = d.pop("s3uri")

        format_ = check_job_input_format(d.pop("format"))

        column = d.pop("column", UNSET)

        job_input = cls(
            s3uri=s3uri,
            format_=format_,
            column=column,
        )

        return job_input
