import io
import os
import pickle
import tempfile
import unittest
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checkpoints
import numpy as np

from models.convert.refusal import Refused
from models.convert.torch_file import read_torch

#: Everything that is written lies below it, and is gone when the interpreter ends.
_FOLDER = tempfile.TemporaryDirectory()
tempfile.tempdir = _FOLDER.name

STATE = OrderedDict(a=np.arange(6, dtype=np.float32).reshape(2, 3), b=np.arange(3, dtype=np.int64))


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.parts = (function, arguments)

    def __reduce__(self) -> Any:
        return self.parts


def folder() -> Path:
    return Path(tempfile.mkdtemp())


def zipped(payload: bytes, names: dict[str, bytes] | None = None) -> Path:
    path = folder() / "pytorch_model.bin"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", payload)
        for name, content in (names or {}).items():
            archive.writestr(name, content)
    return path


def tensor(offset: int = 0, shape: tuple[int, ...] = (2,), stride: tuple[int, ...] = (1,), storage: bytes = b"\0" * 8) -> Path:
    """A file with one tensor, described as asked, on a storage of two numbers."""
    state = checkpoints._state(OrderedDict(a=np.zeros(2, np.float32)))
    rebuild, held, _value = state["a"].parts

    class Odd:
        def __reduce__(self) -> Any:
            return rebuild, (held, offset, shape, stride, False, OrderedDict())

    out = io.BytesIO()
    checkpoints._Pickler(out, 2).dump({"a": Odd()})
    return zipped(out.getvalue(), {"archive/data/0": storage})


class Whole(unittest.TestCase):
    def test_a_zip_of_pytorch_is_read(self) -> None:
        path = folder() / "pytorch_model.bin"
        checkpoints.write_zip(path, STATE)
        found = read_torch(path)
        self.assertEqual(list(found), ["a", "b"])
        np.testing.assert_array_equal(found["a"], STATE["a"])
        self.assertEqual(found["b"].dtype, np.int64)

    def test_the_stream_of_old_versions_is_read(self) -> None:
        path = folder() / "pytorch_model.bin"
        checkpoints.write_legacy(path, STATE)
        np.testing.assert_array_equal(read_torch(path)["a"], STATE["a"])

    def test_a_transposed_tensor_is_read_by_its_strides(self) -> None:
        path = folder() / "pytorch_model.bin"
        checkpoints.write_zip(path, OrderedDict(a=STATE["a"]))
        plain = read_torch(path)["a"]
        turned = tensor(0, (2, 1), (1, 2), np.array([7, 9], np.float32).tobytes())
        np.testing.assert_array_equal(read_torch(turned)["a"], [[7], [9]])
        np.testing.assert_array_equal(plain, STATE["a"])


class Hostile(unittest.TestCase):
    def refused(self, path: Path, *words: str) -> None:
        with self.assertRaises(Refused) as caught:
            read_torch(path)
        for word in words:
            self.assertIn(word, str(caught.exception))

    def harmless(self, payload: bytes, *words: str) -> None:
        self.refused(zipped(payload), *words)

    def test_a_call_of_the_system_is_refused_and_not_made(self) -> None:
        mark = folder() / "mark"
        self.harmless(pickle.dumps(Calls(os.system, f"touch {mark}"), 2), "posix.system")
        self.assertFalse(mark.exists())

    def test_eval_is_refused_and_not_called(self) -> None:
        mark = folder() / "mark"
        self.harmless(pickle.dumps({"a": Calls(eval, f"open({str(mark)!r}, 'w')")}, 2), "eval")
        self.assertFalse(mark.exists())

    def test_a_call_hidden_within_an_allowed_one_is_refused(self) -> None:
        self.harmless(pickle.dumps(Calls(OrderedDict, [["a", Calls(os.getcwd)]]), 2), "posix.getcwd")

    def test_a_name_put_together_on_the_stack_is_refused(self) -> None:
        self.harmless(pickle.dumps(Calls(os.system, "true"), 4), "posix.system")

    def test_an_object_of_a_class_is_refused(self) -> None:
        self.harmless(pickle.dumps(Path("/"), 2), "pathlib")

    def test_an_instruction_that_makes_instances_is_refused(self) -> None:
        self.harmless(b"\x80\x02(i" + b"os\nsystem\n.", "INST")

    def test_a_module_of_pytorch_that_is_no_tensor_is_refused(self) -> None:
        self.harmless(b"\x80\x02ctorch.hub\nload\n.", "torch.hub.load")

    def test_a_storage_is_not_called(self) -> None:
        self.harmless(b"\x80\x02ctorch\nFloatStorage\n)R.", "which is no function")

    def test_a_pickle_that_is_cut_is_refused(self) -> None:
        self.harmless(pickle.dumps({"a": 1}, 2)[:-3])

    def test_a_place_of_the_memory_that_does_not_exist_is_refused(self) -> None:
        self.harmless(b"\x80\x02j\xff\xff\xff\x7f.")

    def test_values_that_hold_themselves_many_times_over_end_in_time(self) -> None:
        doubling = b"".join(b"q" + bytes([i]) + b"h" + bytes([i]) + b"\x86" for i in range(1, 200))
        self.harmless(b"\x80\x02K\x01" + doubling + b".", "not a dictionary of tensors")

    def test_a_value_that_is_no_tensor_is_named(self) -> None:
        self.harmless(pickle.dumps({"epoch": 3}, 2), "'epoch'")

    def test_paths_that_lead_out_of_a_zip_are_refused(self) -> None:
        state = pickle.dumps({}, 2)
        self.refused(zipped(state, {"archive/../../evil": b""}), "leads elsewhere")
        self.refused(zipped(state, {"/etc/evil": b""}), "leads elsewhere")

    def test_a_zip_that_unpacks_to_many_times_its_size_is_refused(self) -> None:
        path = folder() / "pytorch_model.bin"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("archive/data.pkl", pickle.dumps({}, 2))
            archive.writestr("archive/data/0", b"\0" * 10_000_000)
        self.refused(path, "times its size")

    def test_a_tensor_that_reaches_beyond_its_storage_is_refused(self) -> None:
        self.refused(tensor(offset=1), "reaches element 2 of a storage of 2")
        self.refused(tensor(stride=(1000,)), "reaches element 1000")
        self.refused(tensor(offset=-1), "no count")
        self.refused(tensor(stride=(-1,)), "no count")

    def test_a_tensor_of_more_elements_than_its_storage_is_refused(self) -> None:
        self.refused(tensor(shape=(2**40,), stride=(0,)), "strides (0,)")

    def test_a_storage_that_is_cut_is_refused(self) -> None:
        self.refused(tensor(storage=b"\0" * 7), "7 bytes instead of 8")

    def test_a_file_of_another_kind_is_refused(self) -> None:
        path = folder() / "pytorch_model.bin"
        path.write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
        self.refused(path)


if __name__ == "__main__":
    unittest.main()
