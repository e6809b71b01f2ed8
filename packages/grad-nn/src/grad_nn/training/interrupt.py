"""Ctrl-C, heard at a moment that suits."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Self


class Interrupt:
    """Within a `with` block, the first Ctrl-C sets `requested`; the second raises as usual.

    Where Python's own handler of the signal is not in place, or in another thread than the main
    one, nothing changes.
    """

    def __init__(self) -> None:
        self.requested: bool = False
        self._mine = False

    def __enter__(self) -> Self:
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._handle)
            self._mine = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._mine:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._mine = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            signal.default_int_handler(number, frame)
        self.requested = True
