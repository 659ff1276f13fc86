"""How fast the embedded services walk through their states. Seconds here are seconds at speed 1."""

import contextvars
import threading
from typing import Any, Callable

from emulator import settings


def seconds(nominal: float) -> float:
    """Real seconds of a nominal wait."""
    return nominal / settings.SPEED


def wait(nominal: float, stop: threading.Event) -> bool:
    """Waits, or until `stop` is set. True when it is."""
    return stop.wait(seconds(nominal))


def thread(function: Callable[..., Any], *args: Any) -> threading.Thread:
    """Runs a function beside, for the same account and Region."""
    context = contextvars.copy_context()
    started = threading.Thread(target=context.run, args=(function, *args), daemon=True)
    started.start()
    return started


def later(nominal: float, function: Callable[..., Any], *args: Any) -> threading.Timer:
    """Runs a function after a while, for the same account and Region. The timer can be cancelled."""
    context = contextvars.copy_context()
    timer = threading.Timer(seconds(nominal), context.run, (function, *args))
    timer.daemon = True
    timer.start()
    return timer
