"""An embedded service: its API model, its handlers, its state and its faults."""

import logging
from typing import Any, Callable

import botocore.session
from botocore.model import OperationModel

from emulator.services import faults, store, validation
from emulator.services.store import Table

log = logging.getLogger("decant")
_session = botocore.session.get_session()
_all: dict[str, "Service"] = {}
Handler = Callable[[dict[str, Any]], dict[str, Any] | None]
COMMON_ERRORS = {"ValidationException", "UnknownOperationException", "InternalFailure", "ThrottlingException"}
"""AWS's common errors, which any operation may answer though its model does not declare them."""


class ServiceError(Exception):
    """An error that the client is to see. `members` are further members of the error's shape."""

    def __init__(self, code: str, message: str, members: dict[str, Any] | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.members, self.status = code, message, members or {}, status


class Service:
    """One embedded service. The package's docstring tells how to use it.

    `loose` names shapes whose pattern AWS's own answers break, so that answers are not held to it.
    """

    def __init__(
        self,
        name: str,
        invalid: tuple[str, ...],
        internal: tuple[str, ...],
        faults: dict[str, str] | None = None,
        lasting: tuple[str, ...] = (),
        partial: bool = False,
        loose: tuple[str, ...] = (),
    ) -> None:
        self.name, self.invalid, self.internal, self.partial = name, invalid, internal, partial
        self.loose = frozenset(loose)
        self.model = _session.get_service_model(name)
        self.handlers: dict[str, Handler] = {}
        self.starts: list[Callable[[], None]] = []
        self.stops: list[Callable[[], None]] = []
        self.resets: list[Callable[[], None]] = []
        _register_faults(name, faults or {}, lasting)
        _all[name] = self
        from emulator.services import embed

        embed.embed(self)

    def operation(self, name: str) -> Callable[[Handler], Handler]:
        """Decorator: handles an operation of the model. Raises when the model has none of that name."""
        self.model.operation_model(name)

        def install(handler: Handler) -> Handler:
            self.handlers[name] = handler
            return handler

        return install

    def on_start(self, function: Callable[[], None]) -> Callable[[], None]:
        """Decorator: called once when the emulator starts, before it answers; resumes what a stop interrupted."""
        self.starts.append(function)
        return function

    def on_stop(self, function: Callable[[], None]) -> Callable[[], None]:
        """Decorator: called when the emulator is told to stop, while it still answers; leaves work to be resumed."""
        self.stops.append(function)
        return function

    def on_reset(self, function: Callable[[], None]) -> Callable[[], None]:
        """Decorator: called before the state is forgotten; ends what runs."""
        self.resets.append(function)
        return function

    def table(self, kind: str) -> Table:
        return Table(self.name, kind)

    def fault(self, name: str, *resources: str, path: str | None = None) -> dict[str, Any] | None:
        return faults.take(self.name, name, *resources, path=path)

    def error(self, code: str, message: str, **members: Any) -> ServiceError:
        shape = self.model.shape_for(code) if code in self.model.shape_names else None
        http = (shape.metadata.get("error") or {}).get("httpStatusCode") if shape else None
        fault = self.model._service_description["shapes"].get(code, {}).get("fault")
        return ServiceError(code, message, members, http or (500 if fault else 400))

    def refuse(self, operation: OperationModel, message: str) -> ServiceError:
        """The error of a bad request that the operation declares."""
        return self.error(self._declared(operation, self.invalid, "ValidationException"), message)

    def check(self, name: str, request: dict[str, Any]) -> None:
        """Raises the ServiceError of a request that does not fit the model."""
        operation = self.model.operation_model(name)
        wrong = validation.problems(operation.input_shape, request)
        if wrong:
            raise self.refuse(operation, validation.refusal(wrong))

    def call(self, name: str, request: dict[str, Any]) -> dict[str, Any]:
        """Checks a request, handles it and checks the answer. Raises ServiceError, of a kind that the model declares."""
        operation = self.model.operation_model(name)
        handler = self.handlers.get(name)
        if handler is None:
            raise ServiceError("UnknownOperationException", f"{self.name} {name} is not embedded in the local AWS")
        self.check(name, request)
        try:
            answer = _present(handler(request) or {})
            wrong = validation.problems(operation.output_shape, answer, loose=self.loose)
            if wrong:
                raise AssertionError(f"the answer does not fit the model: {'; '.join(wrong)}")
            return answer
        except ServiceError as error:
            if error.code in COMMON_ERRORS or error.code in {s.name for s in operation.error_shapes}:
                raise
            cause = AssertionError(f"the model does not declare {error.code}: {error.message}")
        except Exception as error:
            cause = error
        log.error("embedded %s %s failed", self.name, name, exc_info=cause)
        code = self._declared(operation, self.internal, "InternalFailure")
        raise ServiceError(code, f"the embedded {self.name} failed: {cause}", status=500) from cause

    def _declared(self, operation: OperationModel, wanted: tuple[str, ...], otherwise: str) -> str:
        declared = {shape.name for shape in operation.error_shapes}
        return next((code for code in wanted if code in declared), otherwise)


def _register_faults(name: str, known: dict[str, str], lasting: tuple[str, ...]) -> None:
    if known:
        faults.KNOWN[name] = known
    faults.LASTING.update((name, fault) for fault in lasting)


def _present(value: Any) -> Any:
    """Without members that are None."""
    if isinstance(value, dict):
        return {k: _present(v) for k, v in value.items() if v is not None}
    return [_present(v) for v in value] if isinstance(value, list) else value


def start_all() -> None:
    for service in _all.values():
        for function in service.starts:
            function()


def stop_all() -> None:
    for service in _all.values():
        for function in service.stops:
            function()


def reset_all() -> None:
    """Ends what runs, then forgets everything."""
    for service in _all.values():
        for function in service.resets:
            function()
    store.clear()
    faults.clear()


def summary() -> list[dict[str, Any]]:
    """For the report: each service with how many of its model's operations have a handler."""
    return [
        {"name": s.name, "operations": len(s.handlers), "of": len(s.model.operation_names)}
        for s in sorted(_all.values(), key=lambda s: s.name)
    ]
