"""Files that are whole or not there."""

from __future__ import annotations

import os
from contextlib import suppress
from errno import ENOENT
from glob import escape
from pathlib import Path


def write(name: str, path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file in one step of the file system: a crash leaves an earlier one as it was.

    Args:
        name: What writes it, for the error.
        path: The file; where it is a link, the file that this leads to is written.
        content: What it holds.

    Raises:
        OSError: It cannot be written.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(ENOENT, f"{name}: there is no such folder", str(target.parent))
    # In the same folder, so that the replacement is one step
    temporary = target.with_name(f".{target.name}.{os.urandom(8).hex()}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)  # as private as the earlier file
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def remove_leftovers(path: str | os.PathLike[str]) -> None:
    """Remove what was left of this file where a process was killed while it wrote it."""
    target = Path(os.path.realpath(path))
    for leftover in target.parent.glob(f".{escape(target.name)}.{'[0-9a-f]' * 16}"):
        leftover.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Let the new name outlive a loss of power, where the system can see to that."""
    with suppress(OSError):  # on Windows a folder cannot be opened, on some disks not be synced
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
