"""Runs a task's container in a container engine, through the engine's command line client.

`create` makes the container, so that what the engine refuses is known before the task counts as started; `start
--attach` is then the process that is watched: its output and its exit code are the container's.
"""

import subprocess
from typing import Any

from emulator import settings
from emulator.processes import STOP_TIMEOUT_S, TaskProcess, task_environment

LABEL = "dev.decant.local"
"""Carries the data folder; `decant local` finds by it what a crash left behind."""
CLIENT_TIMEOUT_S = 60
GONE_TIMEOUT_S = 10
"""Between the end of a container and that of the client that is attached to it."""


def _client(*args: str, timeout_s: float = CLIENT_TIMEOUT_S) -> str:
    """Standard output of one command. Raises RuntimeError with what the engine said."""
    done = subprocess.run(
        [settings.ENGINE["client"], *args],
        env=settings.ENGINE["env"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or f"{args[0]} ended with {done.returncode}")
    return done.stdout.strip()


def _units(value: Any) -> float:
    return float(value or 0)


def limits(td: dict[str, Any], cdef: dict[str, Any]) -> list[str]:
    """Options for what a task definition allows: memory, processors, file system, user, scratch.

    Every capability is dropped, as the tasks need none.
    """
    out = ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    memory_mib = _units(cdef.get("memory")) or _units(td.get("memory"))
    if memory_mib:
        # No swap beyond it: Fargate has none.
        out += ["--memory", f"{int(memory_mib)}m", "--memory-swap", f"{int(memory_mib)}m"]
    cpus = (_units(cdef.get("cpu")) or _units(td.get("cpu"))) / 1024
    if cpus:
        out += ["--cpus", f"{min(cpus, settings.ENGINE['cpus']):g}"]
    if cdef.get("readonlyRootFilesystem"):
        out.append("--read-only")
    if cdef.get("user"):
        out += ["--user", str(cdef["user"])]
    if (cdef.get("linuxParameters") or {}).get("initProcessEnabled"):
        out.append("--init")
    for mount in cdef.get("mountPoints") or []:
        # A volume without a name takes over the image's folder with its owner, and goes with the container.
        out += ["--volume", mount["containerPath"]]
    return out


class TaskContainer(TaskProcess):
    """One container of a task, in an engine."""

    def __init__(self, name: str, task_arn: str, command: list[str], env: dict[str, Any], options: list[str]) -> None:
        variables = [f"--env={k}={v}" for k, v in task_environment(env).items()]
        labels = [f"--label={LABEL}={settings.DATA_DIR}", f"--label={LABEL}.task={task_arn}"]
        image = f"decant-{name}:{settings.ENGINE['arch']}"
        # The task shares this machine's network, where the emulator listens on the loopback address only.
        made = ["create", "--rm", "--pull=never", "--network=host", *options, *labels, *variables, image, *command]
        self.container = _client(*made)
        super().__init__(name, task_arn, [settings.ENGINE["client"], "start", "--attach", self.container], settings.ENGINE["env"])

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "engineId": self.container[:12]}

    def _tell(self, *args: str, timeout_s: float = CLIENT_TIMEOUT_S) -> None:
        try:
            _client(*args, self.container, timeout_s=timeout_s)
        except (RuntimeError, subprocess.TimeoutExpired):
            pass  # It has ended by itself meanwhile, and removed itself.

    def stop(self, timeout: float = STOP_TIMEOUT_S, **_: Any) -> None:
        self._tell("stop", "--time", str(int(timeout)), timeout_s=timeout + CLIENT_TIMEOUT_S)
        self._client_ended()

    def kill(self, **_: Any) -> None:
        self._tell("kill")
        self._client_ended()

    def _client_ended(self) -> None:
        try:
            self._process.wait(GONE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            # Told to stop before it had begun: the engine has it still.
            self._tell("rm", "--force", "--volumes")
            super().kill()
