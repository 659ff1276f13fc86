"""Client of the Decant prediction API."""

from .auth import Bearer, ClientCredentials, TokenSource
from .batches import Answers
from .client import DecantClient
from .errors import (
    ApiError,
    BadAnswerError,
    ConflictError,
    DecantError,
    ForbiddenError,
    InvalidRequestError,
    JobError,
    NoAnswerError,
    NotFoundError,
    PartialAnswerError,
    SignInError,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
)

__all__ = [
    "Answers",
    "ApiError",
    "BadAnswerError",
    "Bearer",
    "ClientCredentials",
    "ConflictError",
    "DecantClient",
    "DecantError",
    "ForbiddenError",
    "InvalidRequestError",
    "JobError",
    "NoAnswerError",
    "NotFoundError",
    "PartialAnswerError",
    "SignInError",
    "ThrottledError",
    "TokenSource",
    "UnauthorizedError",
    "UnavailableError",
]
