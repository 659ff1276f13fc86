"""ECS tasks run without a container engine: the program of the image as a plain process, with its true exit code.

Without an engine the emulator leaves a task RUNNING for ever. With one it knows nothing of a task's limits, read-only
root, user, init or scratch volume, and needs a client library; here the engine's own client is told all of them.
"""

from ministack.services import ecs

from emulator import settings
from emulator.containers import limits
from emulator.hooks import needs_text, replaces
from emulator.processes import client

needs_text(ecs, "_start_task_worker", "_register_metadata(", "_run_docker_container(")
needs_text(ecs, "_maybe_mark_stopped", 'getattr(container, "status", None) != "exited"', "container.wait()")


@replaces(
    ecs, "_register_metadata", "task_arn cluster_arn td cdef launch_type env host_mode ministack_net_ip"
)
def register_metadata(original, task_arn, cluster_arn, td, cdef, launch_type, env, _host_mode, net_ip):
    # The task shares this machine's network, so the emulator is on the loopback address.
    return original(task_arn, cluster_arn, td, cdef, launch_type, env, True, net_ip)


@replaces(
    ecs,
    "_build_run_kwargs",
    "cdef td env port_bindings ecs_network host_mode task_id task_arn ministack_net_ip cluster_arn",
)
def build_run_kwargs(original, cdef, td, *rest):
    options = limits(td, cdef) if settings.ENGINE else []
    return {**original(cdef, td, *rest), "engine_options": options}


@replaces(ecs, "_get_docker", "")
def get_docker(_original):
    return client
