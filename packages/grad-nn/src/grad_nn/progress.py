"""Progress bars."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol, Self


class Bar(Protocol):
    """What is used of a progress bar of tqdm."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...
    def update(self, n: int = 1) -> object:
        """Move the bar on."""
        ...

    def set_postfix_str(self, s: str = "", refresh: bool = True) -> None:
        """Set the text behind the bar."""
        ...


class NoBar:
    """In place of a bar that is not wanted."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def update(self, n: int = 1) -> None:
        """Do nothing."""

    def set_postfix_str(self, s: str = "", refresh: bool = True) -> None:
        """Do nothing."""


class BarType(Protocol):
    """What is used of the class of these bars."""

    def __call__(
        self,
        *,
        total: int | None,
        initial: int = 0,
        unit: str = "it",
        desc: str | None = None,
        leave: bool = True,
    ) -> Bar:
        """Show a bar."""
        ...


def tqdm(name: str) -> BarType:
    """Return tqdm's class of progress bars.

    Args:
        name: What asks for one, for the error.

    Raises:
        ImportError: tqdm is not installed.
    """
    try:
        module: Any = import_module("tqdm")  # which has no types
    except ImportError as error:
        raise ImportError(
            f'{name} needs the tqdm package: pip install "grad-nn[progress]"'
        ) from error
    found: BarType = module.tqdm
    return found
