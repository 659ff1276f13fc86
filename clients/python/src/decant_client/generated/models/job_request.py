from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.job_request_on_truncation import (
    JobRequestOnTruncation,
    check_job_request_on_truncation,
)
from ..models.job_request_type import JobRequestType, check_job_request_type
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.job_input import JobInput
    from ..models.job_output import JobOutput


T = TypeVar("T", bound="JobRequest")


@_attrs_define
class JobRequest:
    type_: JobRequestType
    input_: JobInput
    model: str | Unset = UNSET
    """ Name of the model, or name@version; the served one if left out """
    on_truncation: JobRequestOnTruncation | Unset = UNSET
    """ What becomes of a molecule of more tokens than the model reads; error if left out """
    output: JobOutput | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        input_ = self.input_.to_dict()

        model = self.model

        on_truncation: str | Unset = UNSET
        if not isinstance(self.on_truncation, Unset):
            on_truncation = self.on_truncation

        output: dict[str, Any] | Unset = UNSET
        if not isinstance(self.output, Unset):
            output = self.output.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "input": input_,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if on_truncation is not UNSET:
            field_dict["on_truncation"] = on_truncation
        if output is not UNSET:
            field_dict["output"] = output

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_input import JobInput
        from ..models.job_output import JobOutput

        d = dict(src_dict)
        type_ = check_job_request_type(d.pop("type"))

        input_ = JobInput.from_dict(d.pop("input"))

        model = d.pop("model", UNSET)

        _on_truncation = d.pop("on_truncation", UNSET)
        on_truncation: JobRequestOnTruncation | Unset
        if isinstance(_on_truncation, Unset):
            on_truncation = UNSET
        else:
            on_truncation = check_job_request_on_truncation(_on_truncation)

        _output = d.pop("output", UNSET)
        output: JobOutput | Unset
        if isinstance(_output, Unset):
            output = UNSET
        else:
            output = JobOutput.from_dict(_output)

        job_request = cls(
            type_=type_,
            input_=input_,
            model=model,
            on_truncation=on_truncation,
            output=output,
        )

        return job_request
