"""AWS DataSync: agents, locations, tasks and executions that move real files."""

from emulator.services.datasync import agents, executions, labels, locations, provision, tasks  # noqa: F401 (importing embeds)
