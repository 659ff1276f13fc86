from typing import Literal, cast

JobInputFormat = Literal["csv", "parquet", "sdf", "smi"]

JOB_INPUT_FORMAT_VALUES: set[JobInputFormat] = {
    "csv",
    "parquet",
    "sdf",
    "smi",
}


def check_job_input_format(value: str) -> JobInputFormat:
    if value in JOB_INPUT_FORMAT_VALUES:
        return cast(JobInputFormat, value)
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_INPUT_FORMAT_VALUES!r}")
