"""Replaces functions of the emulator, and refuses to when they are not the ones that the gap was written for.

The emulator has no plugin interface, and a new release may rename, reshape or mend what is replaced here. So each
replacement states the parameters that it expects. A difference stops the start-up with the gap's name.
"""

import functools
import inspect
from typing import Any, Callable


class HookError(Exception):
    """The emulator is not the one that a gap was written for."""


def needs(owner: Any, name: str, parameters: str | None = None) -> Any:
    """The attribute `name` of a module or class. Raises HookError when it is missing or has other parameters.

    `parameters` are the names, separated by blanks; None for anything that is no function.
    """
    where = f"{getattr(owner, '__name__', owner)}.{name}"
    if name not in vars(owner):
        raise HookError(f"{where} does not exist")
    found = vars(owner)[name]
    if parameters is not None:
        has = " ".join(inspect.signature(found).parameters)
        if has != parameters:
            raise HookError(f"{where} has the parameters ({has}); expected ({parameters})")
    return found


def needs_text(owner: Any, name: str, *fragments: str) -> None:
    """Wants the source of a function, or a text constant, to hold each fragment. Raises HookError."""
    found = needs(owner, name)
    try:
        text = found if isinstance(found, str) else inspect.getsource(inspect.unwrap(found))
    except OSError as error:
        raise HookError(f"{getattr(owner, '__name__', owner)}.{name} has no source") from error
    for fragment in fragments:
        if fragment not in text:
            raise HookError(f"{getattr(owner, '__name__', owner)}.{name} no longer holds: {fragment}")


def replaces(owner: Any, name: str, parameters: str) -> Callable:
    """Decorator: the function takes the place of `owner.name` and is given the original as its first argument."""

    def install(function: Callable) -> Callable:
        original = needs(owner, name, parameters)

        # `wraps` keeps the signature, so that two gaps may wrap one function.
        @functools.wraps(original)
        def replacement(*args: Any, **kwargs: Any) -> Any:
            return function(original, *args, **kwargs)

        setattr(owner, name, replacement)
        # Some functions are called through a table of actions, which holds the original.
        for table in [t for t in vars(owner).values() if type(t) is dict]:
            for key in [k for k, value in table.items() if value is original]:
                table[key] = replacement
        return function

    return install
