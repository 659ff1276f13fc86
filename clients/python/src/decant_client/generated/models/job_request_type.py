from typing import Literal, cast

JobRequestType = Literal["embeddings", "predictions"]

JOB_REQUEST_TYPE_VALUES: set[JobRequestType] = {
    "embeddings",
    "predictions",
}


def check_job_request_type(value: str) -> JobRequestType:
    if value in JOB_REQUEST_TYPE_VALUES:
        return cast(JobRequestType, value)
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_REQUEST_TYPE_VALUES!r}")
