"""Primitives of three operands, and of any number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVarTuple, overload

from grad_core.arrays import Array, Raw
from grad_core.checks import explained
from grad_core.node import Rule, Traced
from grad_core.primitive import ERRORS, Primitive
from grad_core.signatures import argument_names

if TYPE_CHECKING:
    from grad_core.tensor import Tensor

Ps = TypeVarTuple("Ps")


class Ternary(Primitive, Generic[*Ps]):
    """A differentiable function of three arrays and of fixed params.

    Any operand may be None, for a function that can do without it. The arguments are those of
    `Binary`, with a third rule `dz`.

    Example:
        >>> import grad_core as gc
        >>> fma = gc.Ternary(
        ...     "fma",
        ...     lambda x, y, z: x * y + z,
        ...     lambda g, _out, _x, y, _z: g * y,
        ...     lambda g, _out, x, _y, _z: g * x,
        ...     lambda g, _out, _x, _y, _z: g,
        ... )
        >>> x = gc.Tensor([3.0], requires_grad=True)
        >>> fma(x, x, 1.0).backward()
        >>> x.grad
        array([6.], dtype=float32)
    """

    def __init__(
        self,
        name: str,
        forward: Callable[[Array, Array, Array, *Ps], Array],
        dx: Callable[[Array, Array, Array, Array, Array, *Ps], Array],
        dy: Callable[[Array, Array, Array, Array, Array, *Ps], Array],
        dz: Callable[[Array, Array, Array, Array, Array, *Ps], Array],
        doc: str = "",
        needs: str = "",
    ) -> None:
        super().__init__(name, forward, dx, dy, dz, doc=doc, needs=needs)

    @overload
    def __call__(
        self, x: Tensor, y: Tensor | Raw | None, z: Tensor | Raw | None, /, *params: *Ps
    ) -> Tensor: ...
    @overload
    def __call__(
        self, x: Tensor | Raw | None, y: Tensor, z: Tensor | Raw | None, /, *params: *Ps
    ) -> Tensor: ...
    @overload
    def __call__(
        self, x: Tensor | Raw | None, y: Tensor | Raw | None, z: Tensor, /, *params: *Ps
    ) -> Tensor: ...
    @overload
    def __call__(self, x: Raw | None, y: Raw | None, z: Raw | None, /, *params: *Ps) -> Array: ...
    def __call__(self, x: Any, y: Any, z: Any, /, *params: *Ps) -> Any:
        """Apply to three operands; a Tensor where one of them is, an ndarray otherwise."""
        if not (isinstance(x, Traced) and isinstance(y, Traced) and isinstance(z, Traced)):
            return self.apply((x, y, z), params)
        # What `apply` does, in half of the time, for what layers call most
        raw = (x._array, y._array, z._array)
        try:
            data = self.forward(*raw, *params)
        except ERRORS as error:
            raise explained(self.name, error, *raw, needs=self.needs) from error
        nodes = (x._node, y._node, z._node)
        needed = 0
        if nodes[0] is not None:
            needed = 1
        if nodes[1] is not None:
            needed |= 2
        if nodes[2] is not None:
            needed |= 4
        shown = x._shown or y._shown or z._shown
        return self._recorded(data, raw, nodes, needed, shown, params)


class Variadic(Primitive, Generic[*Ps]):
    """A differentiable function of any number of arrays, and of fixed params.

    One rule serves all operands: it is told which of them it is asked for.

    Args:
        name: What errors and graphs call it.
        forward: The function on a tuple of ndarrays, `forward(xs, *params)`.
        rule: The gradient of operand `i`: `rule(g, out, xs, i, *params)`.
        doc: The docstring of the primitive.
        needs: What would be right, for errors.

    Example:
        >>> import grad_core as gc
        >>> total = gc.Variadic("total", lambda xs: sum(xs), lambda g, _out, _xs, _i: g)
        >>> x = gc.Tensor([1.0, 2.0], requires_grad=True)
        >>> total([x, x, 1.0])
        Tensor([3., 5.], requires_grad=True)
    """

    def __init__(
        self,
        name: str,
        forward: Callable[[tuple[Array, ...], *Ps], Array],
        rule: Callable[[Array, Array, tuple[Array, ...], int, *Ps], Array],
        doc: str = "",
        needs: str = "",
    ) -> None:
        super().__init__(name, forward, doc=doc, needs=needs)
        names = argument_names(name, rule)
        if len(names) < 4:
            raise TypeError(
                f"{name}: a rule takes (g, out, operands, i, *params), got ({', '.join(names)})"
            )
        self.names: tuple[str, ...] = ("xs", *names[4:])
        self._rule = rule
        self._reads = [not n.startswith("_") for n in names[1:3]]
        self._fixed: dict[int, Primitive] = {}

    @overload
    def __call__(self, xs: Sequence[Tensor], /, *params: *Ps) -> Tensor: ...
    @overload
    def __call__(self, xs: Sequence[Raw], /, *params: *Ps) -> Array: ...
    @overload
    def __call__(self, xs: Sequence[Tensor | Raw], /, *params: *Ps) -> Tensor | Array: ...
    def __call__(self, xs: Any, /, *params: *Ps) -> Any:
        """Apply to several operands; a Tensor where one of them is, an ndarray otherwise."""
        operands = tuple(xs)
        fixed = self._fixed.get(len(operands)) or self._of(len(operands))
        return fixed.apply(operands, params)

    def _of(self, n: int) -> Primitive:
        """The primitive of `n` operands."""

        def rule_of(i: int) -> Rule:
            def rule(g: Any, out: Any, *rest: Any) -> Any:
                return given(g, out, rest[:n], i, *rest[n:])

            return rule

        given: Rule = self._rule

        def forward(*args: Any) -> Array:
            result: Array = self.forward(args[:n], *args[n:])
            return result

        fixed = Primitive(self.name, forward, doc="", needs=self.needs)
        fixed.rules = tuple(rule_of(i) for i in range(n))
        reads_out, reads_xs = self._reads
        fixed.reads = ((reads_out, *(reads_xs for _ in range(n))),) * n
        self._fixed[n] = fixed
        return fixed
