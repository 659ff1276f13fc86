"""After a crash the ledger is older than the data: nothing may act on it until it is reconciled.

While held, no queue is read for a function and no schedule fires. `decant reconcile` makes ledger and data agree and
then releases the hold. A file keeps the hold over restarts.
"""

import os

from ministack.services import eventbridge

from emulator import settings
from emulator.hooks import replaces

FILE = os.path.join(settings.DATA_DIR, "held")


def active() -> bool:
    return os.path.exists(FILE)


def release() -> None:
    if active():
        os.remove(FILE)


@replaces(eventbridge, "_tick_scheduled_rules", "")
def tick(original):
    if not active():
        original()
