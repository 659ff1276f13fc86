"""AWS DataSync: agents, locations, tasks and executions that move real files."""

from emulator.services.datasync import agents  # noqa: F401 (importing embeds)
