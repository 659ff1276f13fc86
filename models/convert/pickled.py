"""Reads the pickle of a PyTorch checkpoint without running it.

A pickle is a program: it names functions of any module and calls them. Here its instructions are decoded by
`pickletools`, which runs nothing, and carried out by a machine that knows plain values, ordered dictionaries and tensors.
Names of modules are compared with a list and never imported; anything else is refused by its name and place.
"""

from __future__ import annotations

import pickletools
import reprlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from models.convert.refusal import Refused

#: Numpy types of the storages of PyTorch; bfloat16 is read as its bits.
STORAGES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "BFloat16Storage": "bf16",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "u1",
}
REBUILD = ("torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_tensor")
PARAMETER = "torch._utils _rebuild_parameter"
ORDERED = "collections OrderedDict"
ALLOWED = {*REBUILD, PARAMETER, ORDERED, *(f"torch {name}" for name in STORAGES)}


@dataclass(frozen=True)
class Name:
    """What a pickle calls a function or class: module and name. Never looked up."""

    text: str


@dataclass(frozen=True)
class TensorPlan:
    """A tensor as the pickle describes it: a view of a storage, in elements."""

    #: Key and numpy type, as `persistent` gave them.
    storage: tuple[str, str]
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


def brief(value: Any) -> str:
    """A value in a message. Never the whole: values that hold themselves many times over would take forever."""
    return reprlib.repr(value)


Persistent = Callable[[Any], Any]
_MARK = object()


def load_pickle(source: BinaryIO, persistent: Persistent, where: str) -> Any:
    """The value of the pickle that begins at the position of `source`, which is left behind its end.

    persistent: what the id of something outside the pickle (a storage) stands for.
    Raises Refused for anything but plain values, ordered dictionaries and tensors.
    """
    machine = _Machine(persistent, where)
    try:
        for opcode, argument, place in pickletools.genops(source):
            if opcode.name == "STOP":
                return machine.pop()
            step = _STEPS.get(opcode.name)
            if step is None:
                raise Refused(f"{where} holds the instruction {opcode.name} at byte {place}: weights have no need of it")
            step(machine, argument)
    except Refused:
        raise
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise Refused(f"{where} is no pickle that can be read ({error})") from error
    raise Refused(f"{where} ends before it is complete")


class _Machine:
    def __init__(self, persistent: Persistent, where: str) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.persistent = persistent
        self.where = where

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        return self.stack.pop()

    def pop_marked(self) -> list[Any]:
        """What lies above the last mark."""
        at = len(self.stack) - 1
        while self.stack[at] is not _MARK:
            at -= 1
            if at < 0:
                raise ValueError("a mark is missing")
        found = self.stack[at + 1 :]
        del self.stack[at:]
        return found

    def name(self, text: str) -> None:
        if text not in ALLOWED:
            raise Refused(
                f"{self.where} names {text.replace(' ', '.', 1)!r}, which is no tensor: it was not called. "
                "Do not load this file elsewhere; take the checkpoint as model.safetensors from its owner"
            )
        self.push(Name(text))

    def call(self) -> None:
        arguments, function = self.pop(), self.pop()
        if not isinstance(function, Name) or not isinstance(arguments, tuple):
            raise Refused(f"{self.where} calls {brief(function)}, which is no function of PyTorch")
        if function.text == ORDERED:
            self.push({})
            pairs = arguments[0] if arguments else []
            self.set_items([part for pair in pairs for part in pair])
        elif function.text == PARAMETER:
            self.push(_plan(arguments[0]))
        elif function.text in REBUILD:
            storage, offset, shape, stride = arguments[:4]
            if not isinstance(storage, tuple) or [type(part) for part in storage] != [str, str]:
                raise ValueError("a tensor is made of what is no storage")
            self.push(TensorPlan(storage, _count(offset), _counts(shape), _counts(stride)))
        else:
            raise Refused(f"{self.where} calls {function.text}, which is no function")

    def set_items(self, pairs: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict):
            raise ValueError("items are set on what is no dictionary")
        if not all(isinstance(key, str) for key in pairs[::2]):
            raise ValueError("the key of an item is no text")
        target.update(zip(pairs[::2], pairs[1::2], strict=True))

    def append(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, list):
            raise ValueError("values are appended to what is no list")
        target.extend(values)

    def build(self) -> None:
        """State of an object. State dictionaries carry versions of their modules so, which nothing here reads."""
        self.pop()
        if not isinstance(self.stack[-1], dict):
            raise ValueError("a state is given to what is no dictionary")


def _plan(value: Any) -> TensorPlan:
    if not isinstance(value, TensorPlan):
        raise ValueError("a parameter is no tensor")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{brief(value)} is no count")
    return value


def _counts(values: Any) -> tuple[int, ...]:
    if not isinstance(values, tuple):
        raise ValueError("a shape is no tuple")
    return tuple(_count(v) for v in values)


def _pops(n: int) -> Callable[[_Machine, Any], None]:
    def step(m: _Machine, _argument: Any) -> None:
        found = tuple(m.stack[len(m.stack) - n :])
        if len(found) != n:
            raise ValueError("the stack is empty")
        del m.stack[len(m.stack) - n :]
        m.push(found)

    return step


def _stack_global(m: _Machine, _argument: Any) -> None:
    name, module = m.pop(), m.pop()
    m.name(f"{module} {name}")


def _set_item(m: _Machine, _argument: Any) -> None:
    value, key = m.pop(), m.pop()
    m.set_items([key, value])


def _append(m: _Machine, _argument: Any) -> None:
    value = m.pop()
    m.append([value])


def _nothing(_m: _Machine, _argument: Any) -> None:
    pass


_Step = Callable[[_Machine, Any], None]
_STEPS: dict[str, _Step] = {
    "PROTO": _nothing,
    "FRAME": _nothing,
    "MARK": lambda m, _: m.push(_MARK),
    "POP": lambda m, _: m.pop() and None,
    "GLOBAL": lambda m, a: m.name(a),
    "STACK_GLOBAL": _stack_global,
    "REDUCE": lambda m, _: m.call(),
    "BUILD": lambda m, _: m.build(),
    "BINPERSID": lambda m, _: m.push(m.persistent(m.pop())),
    "NONE": lambda m, _: m.push(None),
    "NEWTRUE": lambda m, _: m.push(True),
    "NEWFALSE": lambda m, _: m.push(False),
    "EMPTY_TUPLE": lambda m, _: m.push(()),
    "EMPTY_LIST": lambda m, _: m.push([]),
    "EMPTY_DICT": lambda m, _: m.push({}),
    "TUPLE": lambda m, _: m.push(tuple(m.pop_marked())),
    "TUPLE1": _pops(1),
    "TUPLE2": _pops(2),
    "TUPLE3": _pops(3),
    "SETITEM": _set_item,
    "SETITEMS": lambda m, _: m.set_items(m.pop_marked()),
    "APPEND": _append,
    "APPENDS": lambda m, _: m.append(m.pop_marked()),
    "MEMOIZE": lambda m, _: m.memo.__setitem__(len(m.memo), m.stack[-1]),
    **{name: lambda m, a: m.memo.__setitem__(a, m.stack[-1]) for name in ("BINPUT", "LONG_BINPUT")},
    **{name: lambda m, a: m.push(m.memo[a]) for name in ("BINGET", "LONG_BINGET")},
    **{
        name: lambda m, a: m.push(a)
        for name in ("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE")
    },
}
