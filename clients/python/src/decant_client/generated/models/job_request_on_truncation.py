from typing import Literal, cast

JobRequestOnTruncation = Literal["error", "flag"]

JOB_REQUEST_ON_TRUNCATION_VALUES: set[JobRequestOnTruncation] = {
    "error",
    "flag",
}


def check_job_request_on_truncation(value: str) -> JobRequestOnTruncation:
    if value in JOB_REQUEST_ON_TRUNCATION_VALUES:
        return cast(JobRequestOnTruncation, value)
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_REQUEST_ON_TRUNCATION_VALUES!r}")
