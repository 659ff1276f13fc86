"""One file per gap between the emulator and AWS. Importing the file mends the gap."""

import importlib

from emulator import report, settings
from emulator.hooks import HookError

GAPS = (
    "stubs",
    "bucket_properties",
    "cfn_saved",
    "cfn_sites",
    "secret_ref",
    "endpoint_dns",
    "container_definitions",
    "s3_events",
    "s3_full_checksum",
    "s3_version_range",
    "s3_version_listing",
    "custom_resource",
    "lambda_errors",
    "lambda_layers",
    "api_definition",
    "queue_batches",
    "queue_urls",
    "queue_in_flight",
    "task_process",
    "task_stop",
    "sfn_ecs",
    "sfn_athena",
    "sfn_glue",
    "sfn_start",
    "sfn_resume",
    "sfn_nested",
    "sfn_timeout",
    "sfn_paths",
    "sfn_choice",
    "sfn_context",
    "sfn_map",
    "sfn_distributed_map",
    "glue_update_partition",
    "glue_crawler",
    "glue_job",
    "athena_dialect",
    "athena_views",
    "athena_tables",
    "autosave",
)


def mend_all() -> None:
    """Mends every gap except those that tests leave open. Raises SystemExit naming the gap that no longer fits."""
    unknown = [g for g in settings.WITHOUT if g not in GAPS]
    if unknown:
        raise SystemExit(f"DECANT_LOCAL_WITHOUT names no gap: {', '.join(unknown)}")
    for gap in GAPS:
        if gap in settings.WITHOUT:
            continue
        try:
            importlib.import_module(f"emulator.gaps.{gap}")
        except HookError as error:
            raise SystemExit(f"gap {gap} does not fit this release of the emulator: {error}") from error
        report.gap_mended(gap)
