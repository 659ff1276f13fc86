from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from dateutil.parser import isoparse

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.job_counts import JobCounts
    from ..models.job_error import JobError
    from ..models.job_input import JobInput
    from ..models.job_output import JobOutput
    from ..models.job_outputs import JobOutputs
    from ..models.model_ref import ModelRef


T = TypeVar("T", bound="Job")


@_attrs_define
class Job:
    id: str
    type_: str
    state: str
    """ PARTIAL: ended well, but some molecules have no answer """
    model: ModelRef
    """ The model that answered """
    input_: JobInput
    output: JobOutput
    created_at: datetime.datetime
    updated_at: datetime.datetime
    counts: JobCounts | Unset = UNSET
    progress: float | Unset = UNSET
    """ Share of the molecules that are done """
    outputs: JobOutputs | Unset = UNSET
    """ There once the job has ended """
    error: JobError | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        type_ = self.type_

        state = self.state

        model = self.model.to_dict()

        input_ = self.input_.to_dict()

        output = self.output.to_dict()

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        counts: dict[str, Any] | Unset = UNSET
        if not isinstance(self.counts, Unset):
            counts = self.counts.to_dict()

        progress = self.progress

        outputs: dict[str, Any] | Unset = UNSET
        if not isinstance(self.outputs, Unset):
            outputs = self.outputs.to_dict()

        error: dict[str, Any] | Unset = UNSET
        if not isinstance(self.error, Unset):
            error = self.error.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "type": type_,
                "state": state,
                "model": model,
                "input": input_,
                "output": output,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if counts is not UNSET:
            field_dict["counts"] = counts
        if progress is not UNSET:
            field_dict["progress"] = progress
        if outputs is not UNSET:
            field_dict["outputs"] = outputs
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_counts import JobCounts
        from ..models.job_error import JobError
        from ..models.job_input import JobInput
        from ..models.job_output import JobOutput
        from ..models.job_outputs import JobOutputs
        from ..models.model_ref import ModelRef

        d = dict(src_dict)
        id = d.pop("id")

        type_ = d.pop("type")

        state = d.pop("state")

        model = ModelRef.from_dict(d.pop("model"))

        input_ = JobInput.from_dict(d.pop("input"))

        output = JobOutput.from_dict(d.pop("output"))

        created_at = isoparse(d.pop("created_at"))

        updated_at = isoparse(d.pop("updated_at"))

        _counts = d.pop("counts", UNSET)
        counts: JobCounts | Unset
        if isinstance(_counts, Unset):
            counts = UNSET
        else:
            counts = JobCounts.from_dict(_counts)

        progress = d.pop("progress", UNSET)

        _outputs = d.pop("outputs", UNSET)
        outputs: JobOutputs | Unset
        if isinstance(_outputs, Unset):
            outputs = UNSET
        else:
            outputs = JobOutputs.from_dict(_outputs)

        _error = d.pop("error", UNSET)
        error: JobError | Unset
        if isinstance(_error, Unset):
            error = UNSET
        else:
            error = JobError.from_dict(_error)

        job = cls(
            id=id,
            type_=type_,
            state=state,
            model=model,
            input_=input_,
            output=output,
            created_at=created_at,
            updated_at=updated_at,
            counts=counts,
            progress=progress,
            outputs=outputs,
            error=error,
        )

        job.additional_properties = d
        return job

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
