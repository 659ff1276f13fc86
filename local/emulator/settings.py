"""Settings of the extension, from environment variables that the launcher sets."""

import json
import os
from typing import Any

DATA_DIR = os.environ.get("DECANT_LOCAL_DATA", os.path.join(os.getcwd(), ".decant", "local"))
"""Folder of everything that the emulator keeps."""
CFN_ATTRIBUTES = os.environ.get("DECANT_LOCAL_CFN_ATTRIBUTES", "")
"""JSON file with the attribute names of all CloudFormation types."""
TASKS_DIRS = os.environ.get("DECANT_LOCAL_TASKS", "").split(os.pathsep)
"""Folders with `<container name>/main.mjs`, the programs that stand in for images."""
EMBEDDER = os.environ.get("DECANT_LOCAL_EMBEDDER", "")
"""The worker that stands in for the Spark job that embeds."""
NODE = os.environ.get("DECANT_LOCAL_NODE", "node")
ENGINE: dict[str, Any] | None = json.loads(os.environ.get("DECANT_LOCAL_ENGINE", "null"))
"""Container engine that runs the tasks: client, env, arch, cpus. None: tasks are plain processes."""
AUTOSAVE_S = float(os.environ.get("DECANT_LOCAL_AUTOSAVE_S", "10"))
WITHOUT = [g for g in os.environ.get("DECANT_LOCAL_WITHOUT", "").split(",") if g]
"""Gaps that are left open; for the tests that prove each gap is one."""
MAP_THREADS = int(os.environ.get("DECANT_LOCAL_MAP_THREADS", "8"))
"""Children of a Map without MaxConcurrency that run at once: each may need a process of its own."""

SPEED = float(os.environ.get("DECANT_LOCAL_SPEED", "1"))
"""How many times faster than at 1 the embedded services walk through their states."""
SOURCES = os.environ.get("DECANT_LOCAL_SOURCES", os.path.join(os.path.dirname(DATA_DIR), "sources"))
"""Folder whose subfolders stand for file servers and object stores, by host."""


def endpoint() -> str:
    return f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', '4566')}"
