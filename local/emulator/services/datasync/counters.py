"""The counters of an execution, as its mode has them: Basic counts folders as files, Enhanced counts them apart."""

from typing import Any

from emulator.services.datasync.outcome import Outcome, Outcomes
from emulator.services.datasync.plan import Plan


def _count(outcomes: list[Outcome], folder: bool, failed: bool = False) -> int:
    return sum(o.item.folder == folder and bool(o.problem) == failed for o in outcomes)


def _written(outcomes: Outcomes) -> int:
    return sum(o.item.size for o in outcomes.transferred if not o.problem)


def counters(enhanced: bool, plan: Plan | None, out: Outcomes, sent: int, options: dict[str, Any]) -> dict[str, Any]:
    """Members of DescribeTaskExecution."""
    plan = plan or Plan()
    going = [item for item, _ in plan.transfer]
    files = sum(not item.folder for item in going)
    folders = len(going) - files
    deletes = sum(not item.folder for item in plan.delete)
    both = {
        "EstimatedBytesToTransfer": sum(item.size for item in going),
        "BytesTransferred": sent,
        "BytesCompressed": sent,
        "BytesWritten": _written(out),
    }
    named = {"Transferred": out.transferred, "Skipped": out.skipped, "Verified": out.verified, "Deleted": out.deleted}
    if not enhanced:
        # Basic mode counts what it expects to delete among what it expects to transfer.
        return {
            **both,
            "EstimatedFilesToTransfer": len(going) + len(plan.delete),
            "EstimatedFilesToDelete": len(plan.delete),
            **{f"Files{name}": _count(rows, True) + _count(rows, False) for name, rows in named.items()},
        }
    compared = options["TransferMode"] == "CHANGED"
    at_destination = plan.at_destination if options["PreserveDeletedFiles"] == "REMOVE" else 0
    return {
        **both,
        "EstimatedFilesToTransfer": files,
        "EstimatedFoldersToTransfer": folders,
        "EstimatedFilesToDelete": deletes,
        "EstimatedFoldersToDelete": len(plan.delete) - deletes,
        **{f"Files{name}": _count(rows, False) for name, rows in named.items()},
        **{f"Folders{name}": _count(rows, True) for name, rows in named.items()},
        "FilesPrepared": files if compared else 0,
        "FoldersPrepared": folders if compared else 0,
        "FilesListed": {"AtSource": plan.listed_files, "AtDestinationForDelete": at_destination},
        "FoldersListed": {"AtSource": plan.listed_folders, "AtDestinationForDelete": 0},
        "FilesFailed": _failed(plan, out, False),
        "FoldersFailed": {"List": sum(folder for _, folder, _ in plan.failed), **_failed(Plan(), out, True)},
    }


def _failed(plan: Plan, out: Outcomes, folder: bool) -> dict[str, int]:
    return {
        "Prepare": sum(is_folder == folder for _, is_folder, _ in plan.failed),
        "Transfer": _count(out.transferred, folder, True),
        "Verify": _count(out.verified, folder, True),
        "Delete": _count(out.deleted, folder, True),
    }
