"""Runs task containers as plain processes, behind the part of the Docker client's interface that the emulator uses.

With an engine (`decant local up --containers`) the same interface leads to real containers: see containers.py.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from typing import Any, Callable, Iterator

from ministack.core.responses import get_account_id, get_region

from emulator import report, settings

STOP_TIMEOUT_S = 30
"""Between SIGTERM and SIGKILL, as Fargate's default stopTimeout."""
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "NODE_EXTRA_CA_CERTS")
"""What a task inherits from this machine; everything else of the environment stays outside."""


def pid_dir() -> str:
    """Folder with one JSON file a running task, so that `decant local` can end tasks of a crashed emulator."""
    return os.path.join(settings.DATA_DIR, "tasks")


class TaskProcess:
    """One container of a task: a process group of its own, with a private scratch folder that goes with it."""

    def __init__(self, name: str, task_arn: str, command: list[str], env: dict[str, str]) -> None:
        self.id = uuid.uuid4().hex + uuid.uuid4().hex
        self.attrs: dict[str, Any] = {"NetworkSettings": {"Networks": {}}}
        self.name, self.task_arn = name, task_arn
        self.started = time.time()
        self._lines: list[bytes] = []
        self._drained = threading.Event()
        self._scratch = tempfile.mkdtemp(prefix=f"task-{name}-")
        self._process = subprocess.Popen(
            command,
            env={**env, "TMPDIR": self._scratch},
            cwd=self._scratch,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._record = os.path.join(pid_dir(), f"{self._process.pid}.json")
        os.makedirs(pid_dir(), exist_ok=True)
        with open(self._record, "w", encoding="utf-8") as file:
            json.dump(self.facts(), file)
        threading.Thread(target=self._pump, daemon=True).start()

    def facts(self) -> dict[str, Any]:
        """What the report and the pid file say; `command` is what a stray is recognised by."""
        args = self._process.args
        return {
            "pid": self._process.pid,
            "task": self.task_arn,
            "container": self.name,
            "command": list(args) if isinstance(args, list) else [],
            "startedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.started)),
        }

    def _pump(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.append(line)
        self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)
        if os.path.exists(self._record):
            os.remove(self._record)
        self._drained.set()

    @property
    def status(self) -> str:
        # Exited only once the output is read, so that no last line is lost.
        return "exited" if self._drained.is_set() else "running"

    def exit_code(self) -> int:
        """As a container's: 128 + signal number when a signal ended it."""
        code = self._process.wait()
        return 128 - code if code < 0 else code

    def signal(self, number: int) -> None:
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            pass

    # The interface of a Docker container.
    def reload(self) -> None:
        """Nothing is cached."""

    def wait(self, **_: Any) -> dict[str, int]:
        return {"StatusCode": self.exit_code()}

    def stop(self, timeout: float = STOP_TIMEOUT_S, **_: Any) -> None:
        self.signal(signal.SIGTERM)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self, **_: Any) -> None:
        self.signal(signal.SIGKILL)

    def remove(self, **_: Any) -> None:
        if self._process.poll() is None:
            self.kill()

    def logs(self, stream: bool = False, **_: Any) -> bytes | Iterator[bytes]:
        return self._follow() if stream else b"".join(self._lines[-5:])

    def _follow(self) -> Iterator[bytes]:
        seen = 0
        while True:
            ended = self._drained.is_set()
            while seen < len(self._lines):
                yield self._lines[seen]
                seen += 1
            if ended:
                return
            time.sleep(0.05)


class Processes:
    """The running tasks, in the place of a Docker client's `containers`."""

    def __init__(self) -> None:
        self._all: dict[str, TaskProcess] = {}
        self._closed = False

    def run(
        self,
        image: str,
        command: Any = None,
        environment: dict | None = None,
        labels: dict | None = None,
        engine_options: list[str] | None = None,
        **_: Any,
    ) -> TaskProcess:
        """Starts a container's program: in the engine, or else what stands in for the image, `<name>/main.mjs`."""
        labels = labels or {}
        name = labels.get("com.amazonaws.ecs.container-name", "")
        task_arn = labels.get("com.amazonaws.ecs.task-arn", "")
        more = [str(c) for c in command] if isinstance(command, list) else [str(command)] if command else []
        make = self._in_engine if settings.ENGINE else self._as_process
        return self.start(lambda: make(image, name, task_arn, more, environment or {}, engine_options or []))

    def start(self, make: Callable[[], TaskProcess]) -> TaskProcess:
        """Makes a process that ends with the emulator. Raises RuntimeError when that is about to."""
        if self._closed:
            raise RuntimeError("the emulator is stopping")
        process = make()
        self._all[process.id] = process
        report.task_started()
        return process

    def _in_engine(self, _image: str, name: str, task_arn: str, more: list[str], env: dict, options: list[str]) -> TaskProcess:
        from emulator.containers import TaskContainer

        return TaskContainer(name, task_arn, more, env, options)

    def _as_process(self, image: str, name: str, task_arn: str, more: list[str], env: dict, _options: list[str]) -> TaskProcess:
        entries = [os.path.join(folder, name, "main.mjs") for folder in settings.TASKS_DIRS]
        entry = next((e for e in entries if name and os.path.isfile(e)), None)
        if not entry:
            raise RuntimeError(f"no program stands in for container {name} of image {image}: looked for {entries}")
        own = {k: v for k, v in os.environ.items() if k in KEPT_VARIABLES}
        return TaskProcess(name, task_arn, [settings.NODE, entry, *more], {**own, **task_environment(env)})

    def get(self, container_id: str) -> TaskProcess:
        return self._all[container_id]

    def list(self, **_: Any) -> list[TaskProcess]:
        return [p for p in self._all.values() if p.status == "running"]

    def end_all(self, grace_s: float) -> None:
        """Ends every task, gently first, and lets no other start."""
        self._closed = True
        stoppers = [threading.Thread(target=p.stop, args=(grace_s,)) for p in self.list()]
        for each in stoppers:
            each.start()
        for each in stoppers:
            each.join()


class _Images:
    """Images are never pulled."""

    id = "sha256:0"

    def get(self, *_: Any, **__: Any) -> "_Images":
        return self

    pull = get


class Client:
    """In the place of a Docker client."""

    def __init__(self) -> None:
        self.containers = Processes()
        self.images = _Images()

    def ping(self) -> bool:
        return True


def task_environment(task: dict[str, Any]) -> dict[str, str]:
    """What the task definition asks for, and where and as whom the task reaches this emulator."""
    endpoint = settings.endpoint()
    credentials = {
        "AWS_ACCESS_KEY_ID": get_account_id(),
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": get_region(),
        "AWS_DEFAULT_REGION": get_region(),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3": endpoint,
    }
    # Static credentials win over the container ones, so the SDK makes no call to get them.
    asked = {k: str(v) for k, v in task.items() if not k.startswith("AWS_CONTAINER_")}
    return {**credentials, **asked}


client = Client()
