"""Primitives whose results no gradient passes: comparisons, and questions to elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from grad_core.arrays import Mask, Raw
from grad_core.checks import check_raw, explained
from grad_core.primitive import ERRORS, Primitive, unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


class Discrete(Primitive):
    """A function of two arrays whose result no gradient passes, such as a comparison."""

    def __init__(
        self, name: str, forward: Callable[[Any, Any], Any], doc: str = "", needs: str = ""
    ) -> None:
        super().__init__(name, forward, doc=doc, needs=needs)

    @overload
    def __call__(self, x: Tensor, y: Tensor | Raw, /) -> Tensor: ...
    @overload
    def __call__(self, x: Tensor | Raw, y: Tensor, /) -> Tensor: ...
    @overload
    def __call__(self, x: Raw, y: Raw, /) -> Mask: ...
    def __call__(self, x: Any, y: Any, /) -> Any:
        """Apply to two operands; a Tensor where one of them is, an ndarray otherwise."""
        xd, yd = unwrap(x), unwrap(y)
        for operand in (xd, yd):
            check_raw(self.name, operand)
        try:
            data = np.asarray(self.forward(xd, yd))
        except ERRORS as error:
            raise explained(self.name, error, xd, yd, needs=self.needs) from error
        return data if xd is x and yd is y else wrap(data)


class Predicate(Primitive):
    """A question to each element of one array, answered by booleans."""

    def __init__(
        self, name: str, forward: Callable[[Any], Any], doc: str = "", needs: str = ""
    ) -> None:
        super().__init__(name, forward, doc=doc, needs=needs)
        self.names: tuple[str, ...] = ("x",)

    @overload
    def __call__(self, x: Tensor, /) -> Tensor: ...
    @overload
    def __call__(self, x: Raw, /) -> Mask: ...
    def __call__(self, x: Any, /) -> Any:
        """Apply to a Tensor, giving a Tensor, or to an ndarray, giving an ndarray."""
        xd = unwrap(x)
        check_raw(self.name, xd)
        try:
            data = np.asarray(self.forward(xd))
        except ERRORS as error:
            raise explained(self.name, error, xd, needs=self.needs) from error
        return data if xd is x else wrap(data)
