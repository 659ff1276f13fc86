"""ECS tasks run without a container engine: the program of the image as a plain process, with its true exit code.

Without an engine the emulator leaves a task RUNNING for ever.
"""

from ministack.services import ecs

from emulator import settings
from emulator.hooks import needs, needs_text, replaces
from emulator.processes import client

needs_text(ecs, "_start_task_worker", "_register_metadata(", "_run_docker_container(")
needs_text(ecs, "_maybe_mark_stopped", 'getattr(container, "status", None) != "exited"', "container.wait()")
needs(ecs, "_docker_binds_from_taskdef", "td cdef")


@replaces(
    ecs, "_register_metadata", "task_arn cluster_arn td cdef launch_type env host_mode ministack_net_ip"
)
def register_metadata(original, task_arn, cluster_arn, td, cdef, launch_type, env, _host_mode, net_ip):
    # The task shares this machine's network, so the emulator is on the loopback address.
    return original(task_arn, cluster_arn, td, cdef, launch_type, env, True, net_ip)


if not settings.CONTAINERS:

    @replaces(ecs, "_get_docker", "")
    def get_docker(_original):
        return client

else:

    @replaces(
        ecs,
        "_build_run_kwargs",
        "cdef td env port_bindings ecs_network host_mode task_id task_arn ministack_net_ip cluster_arn",
    )
    def build(original, cdef, td, env, _ports, network, _host_mode, task_id, task_arn, net_ip, cluster_arn):
        """What Fargate enforces, on a container that shares this machine's network."""
        kwargs = original(cdef, td, env, None, network, True, task_id, task_arn, net_ip, cluster_arn)
        linux = cdef.get("linuxParameters") or {}
        memory = cdef.get("memory") or td.get("memory")
        cpu = cdef.get("cpu") or td.get("cpu")
        return {
            **kwargs,
            "read_only": bool(cdef.get("readonlyRootFilesystem")),
            "init": bool(linux.get("initProcessEnabled")),
            "cap_drop": ["ALL"],
            **({"mem_limit": f"{int(memory)}m"} if memory else {}),
            **({"nano_cpus": int(int(cpu) / 1024 * 1e9)} if cpu else {}),
            **({"entrypoint": cdef["entryPoint"]} if cdef.get("entryPoint") else {}),
            **({"user": str(cdef["user"])} if cdef.get("user") else {}),
        }
