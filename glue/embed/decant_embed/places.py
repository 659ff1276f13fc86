"""Files and folders wherever Spark reads and writes them: S3 on Glue and EMR, folders on one machine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession


def _at(spark: SparkSession, uri: str) -> tuple[Any, Any]:
    """Hadoop's file system of a URI, and its path."""
    context = spark.sparkContext
    jvm: Any = context._jvm
    path = jvm.org.apache.hadoop.fs.Path(uri)
    return path.getFileSystem(context._jsc.hadoopConfiguration()), path


def join(folder: str, *parts: str) -> str:
    """URI of a file below a folder."""
    return "/".join([folder.rstrip("/"), *parts])


def exists(spark: SparkSession, uri: str) -> bool:
    """Whether there is a file or a folder."""
    fs, path = _at(spark, uri)
    return bool(fs.exists(path))


def read_text(spark: SparkSession, uri: str) -> str:
    """Contents of a small UTF-8 file, without its byte order mark. Raises FileNotFoundError."""
    fs, path = _at(spark, uri)
    if not fs.exists(path):
        raise FileNotFoundError(uri)
    stream = fs.open(path)
    try:
        jvm: Any = spark.sparkContext._jvm
        text = jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8")
    finally:
        stream.close()
    return str(text).removeprefix("\ufeff")


def write_text(spark: SparkSession, uri: str, text: str) -> None:
    """Writes a small UTF-8 file in one piece, over what was there."""
    fs, path = _at(spark, uri)
    stream = fs.create(path, True)
    stream.write(bytearray(text.encode("utf-8")))
    stream.close()


def list_files(spark: SparkSession, folder: str) -> list[str]:
    """Names of the files right in a folder, sorted; none where there is no folder."""
    fs, path = _at(spark, folder)
    if not fs.exists(path):
        return []
    return sorted(str(s.getPath().getName()) for s in fs.listStatus(path) if s.isFile())


def remove(spark: SparkSession, uri: str) -> None:
    """Removes a file, or a folder with all that is in it."""
    fs, path = _at(spark, uri)
    fs.delete(path, True)


def move(spark: SparkSession, source: str, target: str) -> None:
    """Moves a file to where there is none. Raises OSError."""
    fs, path = _at(spark, source)
    _, to = _at(spark, target)
    fs.mkdirs(to.getParent())
    if not fs.rename(path, to):
        raise OSError(f"{source} cannot be moved to {target}")


def fetch_folder(spark: SparkSession, uri: str, to: Path) -> Path:
    """Copies a folder to this machine."""
    fs, path = _at(spark, uri)
    if not fs.exists(path):
        raise FileNotFoundError(uri)
    fs.copyToLocalFile(False, path, _at(spark, to.as_uri())[1], True)
    return to


def literal(uri: str) -> str:
    """A URI in which Spark sees no pattern: it would read one in brackets, braces, stars and question marks."""
    return re.sub(r"([\\{}\[\]*?])", r"\\\1", uri)
