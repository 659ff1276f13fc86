"""A bundle on its way from where it lies to the workers of a Spark session."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from pyspark import SparkFiles
from pyspark.sql import SparkSession

from .bundle import Bundle, read_bundle, write_zip
from .places import fetch_folder

#: (application, URI) → name of the file that was given to its workers, and the bundle.
_shipped: dict[tuple[str, str], tuple[str, Bundle]] = {}


def ship(spark: SparkSession, uri: str) -> tuple[str, Bundle]:
    """Proves the bundle of a folder and gives it to every worker as one file; returns that file's name, and the bundle.

    uri: a folder, or a URI that Hadoop reads. Raises BundleError.
    """
    key = (spark.sparkContext.applicationId, uri)
    if key not in _shipped:
        _shipped[key] = _send(spark, uri)
    return _shipped[key]


def _send(spark: SparkSession, uri: str) -> tuple[str, Bundle]:
    # Workers that start later take the file from here: it stays until this process ends.
    work = Path(tempfile.mkdtemp(prefix="decant-bundle-"))
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    folder = Path(uri) if os.path.isdir(uri) else fetch_folder(spark, uri, work / "bundle")
    bundle = read_bundle(folder)
    # Heads are outside the bundle's hash: the name tells every byte.
    told = "\n".join(f"{p} {f['sha256']}" for p, f in sorted(bundle.index["files"].items()))
    name = f"{bundle.index['name']}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.zip"
    write_zip(bundle, work / name)
    spark.sparkContext.addFile(str(work / name))
    return name, bundle


def path_of(name: str) -> str:
    """Where a file that was shipped lies in this worker."""
    return str(SparkFiles.get(name))
