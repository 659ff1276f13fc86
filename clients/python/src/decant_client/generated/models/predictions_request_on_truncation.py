from typing import Literal, cast

PredictionsRequestOnTruncation = Literal["error", "flag"]

PREDICTIONS_REQUEST_ON_TRUNCATION_VALUES: set[PredictionsRequestOnTruncation] = {
    "error",
    "flag",
}


def check_predictions_request_on_truncation(value: str) -> PredictionsRequestOnTruncation:
    if value in PREDICTIONS_REQUEST_ON_TRUNCATION_VALUES:
        return cast(PredictionsRequestOnTruncation, value)
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PREDICTIONS_REQUEST_ON_TRUNCATION_VALUES!r}")
