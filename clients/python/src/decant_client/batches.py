"""Any number of molecules in requests of the size that the API takes, a few at a time, answered in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Generic, Protocol, TypeVar

from attrs import define

from .errors import BadAnswerError, PartialAnswerError
from .generated.models import ModelRef, Molecule, Summary

MAX_BYTES = 900_000
"""Bytes of the molecules in one request; the API takes 1 MB, the rest of the body is small."""

MoleculeInput = str | Mapping[str, Any] | Molecule
"""One structure; or a structure with an id that comes back with its answer."""
Progress = Callable[[int, int], None]
"""Told after each batch: molecules that are answered, and all."""


class Item(Protocol):
    """What answers to molecules have in common."""

    index: int
    id: Any
    status: str


ItemT = TypeVar("ItemT", bound=Item)


class BatchAnswer(Protocol[ItemT]):
    """An answer to one request."""

    model: ModelRef
    items: list[ItemT]


@define
class Answers(Generic[ItemT]):
    """Answers to any number of molecules, in the order they were given."""

    model: ModelRef
    """ The one model that answered all of them """
    summary: Summary
    items: list[ItemT]
    """ As many as molecules were given; ``index`` counts from 0 over all of them """


def cut(smiles: Sequence[str], max_items: int, max_bytes: int = MAX_BYTES) -> list[tuple[int, int]]:
    """Parts (from, to) of which none is above either limit. One molecule that is too large stands alone."""
    parts: list[tuple[int, int]] = []
    begin = size = 0
    for i, text in enumerate(smiles):
        own = len(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")) + len('{"smiles":},')
        if i > begin and (i - begin >= max_items or size + own > max_bytes):
            parts.append((begin, i))
            begin, size = i, 0
        size += own
    if len(smiles) > begin:
        parts.append((begin, len(smiles)))
    return parts


def in_batches(
    molecules: Iterable[MoleculeInput],
    send: Callable[[list[Molecule]], BatchAnswer[ItemT]],
    *,
    max_items: int,
    concurrency: int,
    on_progress: Progress | None = None,
) -> Answers[ItemT]:
    """Sends all batches. Ids stay here, so that they may repeat; the API knows molecules by their places.

    Raises PartialAnswerError when some were answered and one was not, BadAnswerError when the model changed between.
    """
    given = [_molecule(m) for m in molecules]
    if not given:
        raise ValueError("there are no molecules")
    smiles = [m.smiles for m in given]
    parts = cut(smiles, max_items)
    answers: list[ItemT | None] = [None] * len(given)
    model: ModelRef | None = None
    done = 0
    failed: BaseException | None = None
    waiting = iter(parts)
    with ThreadPoolExecutor(max_workers=min(concurrency, len(parts)), thread_name_prefix="decant") as pool:

        def submit() -> tuple[Future[BatchAnswer[ItemT]], tuple[int, int]] | None:
            part = next(waiting, None)
            if part is None:
                return None
            return pool.submit(send, [Molecule(smiles=text) for text in smiles[part[0] : part[1]]]), part

        running = dict(filter(None, (submit() for _ in range(concurrency))))
        try:
            while running:
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    begin, end = running.pop(future)
                    try:
                        answer = future.result()
                        model = _same_model(model, answer.model)
                        _place(answers, answer.items, begin, end, given)
                    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised below
                        failed = failed or error
                        continue
                    done += end - begin
                    if on_progress:
                        on_progress(done, len(given))
                    if failed is None and (more := submit()):
                        running[more[0]] = more[1]
        except BaseException:
            # An interrupt, or the caller's own function: what is under way ends, nothing new begins.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    if failed is not None:
        if done == 0:
            raise failed
        raise PartialAnswerError(answers, failed) from failed
    items = [item for item in answers if item is not None]
    ok = sum(item.status == "ok" for item in items)
    assert model is not None
    return Answers(model=model, summary=Summary(ok=ok, failed=len(items) - ok), items=items)


def _molecule(value: MoleculeInput) -> Molecule:
    if isinstance(value, str):
        return Molecule(smiles=value)
    return value if isinstance(value, Molecule) else Molecule(**value)


def _place(answers: list[Any], items: Sequence[Item], begin: int, end: int, given: Sequence[Molecule]) -> None:
    if len(items) != end - begin or any(item.index != i for i, item in enumerate(items)):
        raise BadAnswerError(f"the answer has not the {end - begin} molecules of its request, in order")
    for i, item in enumerate(items):
        item.index = begin + i
        item.id = given[begin + i].id
        answers[begin + i] = item


def _same_model(known: ModelRef | None, found: ModelRef) -> ModelRef:
    """Numbers of two models must not stand in one list."""
    if known is not None and known.sha256 != found.sha256:
        raise BadAnswerError(
            f"the model changed from {known.name}@{known.version} to {found.name}@{found.version} between two batches; "
            "name one with the argument model, or ask again"
        )
    return found
