"""Builds what a cluster installs: the wheel of decant_embed, and a zip of the wheels that it needs.

    python3 wheels.py wheel FOLDER        decant_embed-VERSION-py3-none-any.whl, and the same as decant_embed.zip, without a network
    python3 wheels.py wheelhouse FOLDER   decant.gluewheels.zip, from the package index that pip knows, by requirements.txt

Each prints the path of what it made. The same sources give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "decant_embed"
#: What Glue 5.1 runs: Python 3.11 on Amazon Linux 2023 (glibc 2.34), x86-64.
PLATFORM = ("--platform", "manylinux_2_28_x86_64", "--python-version", "3.11", "--implementation", "cp", "--abi", "cp311")

Entry = tuple[str, bytes]


def wheel(out: Path) -> Path:
    """Writes the wheel of the package, and returns its path."""
    version = _version()
    info = f"decant_embed-{version}.dist-info"
    files: list[Entry] = [
        (p.relative_to(HERE).as_posix(), p.read_bytes())
        for p in sorted(PACKAGE.rglob("*"))
        if p.is_file() and "__pycache__" not in p.parts
    ]
    files.append((f"{info}/METADATA", _metadata(version).encode()))
    files.append((f"{info}/WHEEL", b"Wheel-Version: 1.0\nGenerator: decant\nRoot-Is-Purelib: true\nTag: py3-none-any\n"))
    files.append((f"{info}/entry_points.txt", _entry_points().encode()))
    files.append((f"{info}/RECORD", _record(files, f"{info}/RECORD").encode()))
    # Spark gives archives of this name to its workers, and no wheels.
    _zip(out / "decant_embed.zip", files)
    return _zip(out / f"decant_embed-{version}-py3-none-any.whl", files)


def wheelhouse(out: Path) -> Path:
    """Downloads the wheels of requirements.txt, whose hashes pip checks, and writes them into one zip for Glue."""
    with TemporaryDirectory() as work:
        options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--only-binary", ":all:")
        lock = str(HERE / "requirements.txt")
        subprocess.run([sys.executable, "-m", "pip", "download", *options, *PLATFORM, "-d", work, "-r", lock], check=True)
        # Glue tells a zip of wheels by the end of its name; the wheels lie at its root.
        found = [(p.name, p.read_bytes()) for p in sorted(Path(work).glob("*.whl"))]
        return _zip(out / "decant.gluewheels.zip", found)


def _version() -> str:
    found = re.search(r'^__version__ = "([^"]+)"$', (PACKAGE / "__init__.py").read_text("utf-8"), re.MULTILINE)
    assert found, "__init__.py tells no version"
    return found[1]


def _project() -> dict[str, object]:
    found: dict[str, object] = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
    return found


def _metadata(version: str) -> str:
    project = _project()
    needs = project["dependencies"]
    assert isinstance(needs, list)
    head = {
        "Metadata-Version": "2.4",
        "Name": project["name"],
        "Version": version,
        "Summary": project["description"],
        "License-Expression": project["license"],
        "Requires-Python": project["requires-python"],
    }
    lines = [f"{k}: {v}" for k, v in head.items()] + [f"Requires-Dist: {need}" for need in needs]
    return "\n".join(lines) + "\n"


def _entry_points() -> str:
    scripts = _project()["scripts"]
    assert isinstance(scripts, dict)
    return "[console_scripts]\n" + "".join(f"{name} = {target}\n" for name, target in scripts.items())


def _record(files: Iterable[Entry], itself: str) -> str:
    def line(name: str, content: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        return f"{name},sha256={digest},{len(content)}\n"

    return "".join(line(name, content) for name, content in files) + f"{itself},,\n"


def _zip(path: Path, files: Iterable[Entry]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with zipfile.ZipFile(part, "w") as out:
        for name, content in files:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            # Plain files that all may read, whatever system this runs on.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            # Wheels are compressed already.
            stored = name.endswith(".whl")
            out.writestr(entry, content, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return part.replace(path)


if __name__ == "__main__":
    made = {"wheel": wheel, "wheelhouse": wheelhouse}[sys.argv[1]](Path(sys.argv[2]))
    print(made.resolve())
