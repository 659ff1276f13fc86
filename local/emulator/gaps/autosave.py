"""The state is saved at intervals and as a whole; the emulator saves on a clean stop only, file by file.

A save is written beside the last one and then takes its place, so that a kill at any moment leaves one complete save.
"""

import logging
import os
import shutil
import threading
import time

from ministack import app
from ministack.core import persistence

from emulator import report, settings
from emulator.hooks import needs, needs_text, replaces

log = logging.getLogger("decant")
# Function code lies beside the saves, named by its content, and is never moved.
STATE, NEW, OLD = (os.path.join(needs(persistence, "STATE_DIR"), name) for name in ("saved", "saved.new", "saved.old"))
persistence.STATE_DIR = STATE
REPORT = "decant-report"
TRIES = 5
"""A service whose state changes while it is written is written again."""

save_dict = needs(app, "_build_persistence_save_dict", "")
needs_text(persistence, "save_state", "os.path.join(STATE_DIR,")
needs_text(app, "_handle_lifespan", "save_all(_build_persistence_save_dict())")
_lock = threading.Lock()
logging.getLogger("persistence").setLevel(logging.CRITICAL)


def recover() -> None:
    """Ends what a kill interrupted: without a current save, the new one is complete and takes its place."""
    if not os.path.isdir(STATE) and os.path.isdir(NEW):
        os.rename(NEW, STATE)
    for left in (NEW, OLD):
        shutil.rmtree(left, ignore_errors=True)


def save(services: dict) -> None:
    with _lock:
        shutil.rmtree(NEW, ignore_errors=True)
        os.makedirs(NEW)
        persistence.STATE_DIR = NEW
        try:
            for name, get_state in {**services, REPORT: report.state}.items():
                _save_one(name, get_state)
        finally:
            persistence.STATE_DIR = STATE
        if os.path.isdir(STATE):
            for name in set(os.listdir(STATE)) - set(os.listdir(NEW)):
                shutil.copy2(os.path.join(STATE, name), NEW)
            os.rename(STATE, OLD)
        os.rename(NEW, STATE)
        shutil.rmtree(OLD, ignore_errors=True)


def _save_one(name: str, get_state) -> None:
    path = os.path.join(NEW, f"{name}.json")
    for _ in range(TRIES):
        try:
            state = get_state()
        except RuntimeError:  # changed while it was copied
            continue
        if state is None:
            return
        persistence.save_state(name, state)
        if os.path.exists(path):
            return
    log.error("state of %s could not be saved; the last save of it is kept", name)


@replaces(app, "save_all", "services")
def save_all(_original, services):
    save(services)


def _at_intervals() -> None:
    while True:
        time.sleep(settings.AUTOSAVE_S)
        try:
            save(save_dict())
        except Exception:
            log.exception("the state could not be saved")


recover()
report.restore(persistence.load_state(REPORT) or {})
if persistence.PERSIST_STATE and settings.AUTOSAVE_S > 0:
    threading.Thread(target=_at_intervals, daemon=True).start()
