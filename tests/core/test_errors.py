"""Bad input: the error names the operation, what it got and what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import grad_core as gc
from grad_core import Tensor
from grad_core.testing import check_grads

T: Any = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
N: Any = gc
L: Any = [1, 2, 3]
NOTHING: Any = None
RAGGED: Any = [[0], [1, 2]]


class Odd(np.ndarray[Any, Any]):
    """As np.matrix, whose operators mean something else."""

    __array_priority__ = 10.0


ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("add-shapes", lambda: T + np.ones(4), ValueError, "add: .*float32[2, 3], float64[4]"),
    ("mul-shapes", lambda: np.ones((3, 3)) * T, ValueError, "multiply: .*float64[3, 3], float32[2"),
    ("add-str", lambda: T + "a", TypeError, "add: expected a Tensor, an ndarray or a number"),
    ("radd-list", lambda: L + T, TypeError, "add: expected .*got list: [1, 2, 3]"),
    ("mul-none", lambda: T * None, TypeError, "multiply: expected .*got NoneType"),
    ("lt-str", lambda: T < "a", TypeError, "less: expected .*got str"),
    ("matmul", lambda: T @ np.ones((2, 3)), ValueError, "matmul: .*the last axis of the first"),
    ("matmul-number", lambda: T @ 2.0, ValueError, "matmul: .*2.0"),
    ("pow-int", lambda: Tensor([2], dtype=int) ** -1, ValueError, "power: Integers to negative"),
    ("sum-axis", lambda: T.sum(2), ValueError, "sum: axis 2 is out of bounds.*float32[2, 3]"),
    ("sum-twice", lambda: T.sum((0, 0)), ValueError, "sum: duplicate"),
    ("sum-float", lambda: T.sum(0.5), TypeError, "sum: .*float32[2, 3]"),
    ("mean-axis", lambda: T.mean(-3), ValueError, "mean: axis -3"),
    ("max-empty", lambda: Tensor([]).max(), ValueError, "max: zero-size array.*float32[0]"),
    ("min-empty", lambda: Tensor([]).min(), ValueError, "min: zero-size array"),
    ("argmax-axis", lambda: T.argmax(2), ValueError, "argmax: axis 2 is out.*float32[2, 3]"),
    ("argmin-empty", lambda: Tensor([]).argmin(), ValueError, "argmin: .*float32[0]"),
    ("array-axis", lambda: gc.sum(T.data, 5), ValueError, "sum: axis 5 is out .*float32[2, 3]"),
    ("array-shapes", lambda: gc.add(T.data, np.ones(4)), ValueError, "add: .*float64[4]"),
    ("array-less", lambda: gc.less(T.data, np.ones(4)), ValueError, "less: .*float64[4]"),
    ("less-shapes", lambda: np.ones(4) > T, ValueError, "greater: .*float64[4], float32[2, 3]"),
    ("arrays", lambda: gc.add(L, np.ones(3)), TypeError, "add: expected .*got list"),
    ("exp-list", lambda: gc.exp(L), TypeError, "exp: expected .*got list: [1, 2, 3]"),
    ("sum-none", lambda: gc.sum(NOTHING), TypeError, "sum: expected .*got NoneType"),
    ("equal-list", lambda: gc.equal(L, L), TypeError, "equal: expected .*got list"),
    ("overflow", lambda: gc.asarray(np.ones(3, "i1")) + 300, ValueError, "add: .*int8[3], 300"),
    ("huge", lambda: T * 10**400, ValueError, "multiply: .*float32[2, 3]"),
    ("astype-list", lambda: gc.astype(L, "f4"), TypeError, "astype: expected .*got list"),
    ("zeros_like", lambda: gc.zeros_like(L), TypeError, "zeros_like: expected .*got list"),
    ("argmax-none", lambda: gc.argmax(NOTHING), TypeError, "argmax: expected .*got NoneType"),
    ("where-none", lambda: gc.where(NOTHING, T, 0), TypeError, "where: expected .*got NoneType"),
    ("gradient-y", lambda: gc.gradient(N, T), TypeError, "gradient: y is module, expected a Tens"),
    ("gradient-x", lambda: gc.gradient(T.sum(), NOTHING), TypeError, "gradient: xs is NoneType"),
    ("reshape-float", lambda: T.reshape(2.0), TypeError, "reshape: expected ints, got (2.0,)"),
    ("transpose-str", lambda: T.transpose("a"), TypeError, "transpose: expected ints, got ('a',)"),
    ("getitem-ragged", lambda: T[[[0], [0, 1]]], IndexError, "getitem: .*inhomogeneous"),
    ("timedelta", lambda: T * np.ones((), "m8[s]"), TypeError, "multiply: .*timedelta64"),
    ("object", lambda: T + np.ones(3, object), TypeError, "add: .*the result has dtype object"),
    ("subclass", lambda: T @ np.eye(3).view(Odd), TypeError, "matmul: expected .*got Odd"),
    ("masked", lambda: T * np.ma.ones(3), TypeError, "multiply: expected .*got MaskedArray"),
    (
        "complex-max",
        lambda: gc.max(Tensor([1j], dtype="c8")),
        TypeError,
        "max: complex numbers are",
    ),
    ("complex-clip", lambda: gc.clip(T, 1j), TypeError, "clip: complex numbers are not ordered"),
    (
        "complex-softmax",
        lambda: gc.softmax(T * 1j),
        TypeError,
        "softmax: it is not defined for complex",
    ),
    ("default-none", lambda: gc.set_default_dtype(NOTHING), TypeError, "set_default_dtype: .*None"),
    ("astype-dtype", lambda: T.astype(None), TypeError, "astype: expected .*got dtype None"),
    ("logsumexp-axis", lambda: gc.logsumexp(T, 5), ValueError, "logsumexp: axis 5"),
    ("softmax", lambda: gc.softmax(T, -3), ValueError, "softmax: axis -3"),
    ("log_softmax", lambda: gc.log_softmax(T, 2), ValueError, "log_softmax: axis 2"),
    ("reshape", lambda: T.reshape(4), ValueError, "reshape: cannot reshape.*float32[2, 3]"),
    ("view", lambda: T.view(-1, -1), ValueError, "reshape: "),
    ("squeeze", lambda: T.squeeze(0), ValueError, "squeeze: .*size 1 can be squeezed"),
    ("unsqueeze", lambda: T.unsqueeze(4), ValueError, "expand_dims: axis 4"),
    ("transpose", lambda: T.transpose((0, 0)), ValueError, "transpose: repeated axis"),
    ("transpose-n", lambda: T.transpose((0,)), ValueError, "transpose: axes don't match"),
    ("broadcast", lambda: gc.broadcast_to(T, (2, 4)), ValueError, "broadcast_to: .*(2,4)"),
    ("getitem-range", lambda: T[5], IndexError, "getitem: index 5 is out of bounds"),
    ("getitem-many", lambda: T[0, 0, 0], IndexError, "getitem: too many indices"),
    ("getitem-float", lambda: T[Tensor([0.0])], IndexError, "getitem: .*an index is an int"),
    ("getitem-str", lambda: T["a"], IndexError, "getitem: .*an index is an int"),
    ("getitem-mask", lambda: T[np.array([True])], IndexError, "getitem: boolean index"),
    ("where", lambda: gc.where(np.ones(4, bool), T, 0), ValueError, "where: .*float32[2, 3], 0"),
    ("where-str", lambda: gc.where(True, T, N), TypeError, "where: expected .*got module"),
    ("clip", lambda: T.clip(np.ones(4)), ValueError, "clip: .*float64[4]"),
    ("masked_fill", lambda: T.masked_fill(T, 0), TypeError, "masked_fill: .*float32[2, 3]"),
    ("maximum", lambda: gc.maximum(T, np.ones(4)), ValueError, "maximum: "),
    ("astype", lambda: T.astype("U3"), TypeError, "astype: expected booleans, .*<U3"),
    ("invert", lambda: ~T, TypeError, "bitwise_invert: .*float32[2, 3]"),
    ("and", lambda: T & T, TypeError, "bitwise_and: .*float32[2, 3], float32[2, 3]"),
    ("Tensor-str", lambda: Tensor("abc"), TypeError, "Tensor: expected booleans, .*<U3"),
    ("Tensor-object", lambda: Tensor(N), TypeError, "Tensor: expected booleans, .*object"),
    ("Tensor-ragged", lambda: Tensor([[1], [1, 2]]), ValueError, "Tensor: .*inhomogeneous"),
    ("Tensor-complex", lambda: Tensor([1j]), TypeError, "Tensor: got complex.*dtype=np.complex64"),
    ("Tensor-dtype", lambda: Tensor([1], dtype="U1"), TypeError, "Tensor: expected booleans"),
    ("Tensor-masked", lambda: Tensor(np.ma.ones(2)), TypeError, "Tensor: expected a plain ndarray"),
    (
        "from_numpy-masked",
        lambda: gc.from_numpy(np.ma.ones(2)),
        TypeError,
        "from_numpy: expected a",
    ),
    (
        "asarray-complex",
        lambda: gc.asarray(np.ones(1) * 1j, "f4"),
        TypeError,
        "asarray: got complex",
    ),
    ("grad-complex", lambda: setattr(T, "grad", T.data * 1j), TypeError, "grad: got complex"),
    ("asarray-dtype", lambda: gc.asarray(1, "foo"), TypeError, "asarray: data type 'foo' not"),
    ("scatter", lambda: gc.scatter(T, RAGGED, (3,)), IndexError, "scatter: .*inhomogeneous"),
    ("view-float", lambda: T.view(2.0), TypeError, "view: expected ints, got (2.0,)"),
    ("asarray", lambda: gc.asarray("a"), TypeError, "asarray: expected booleans"),
    ("from_numpy", lambda: gc.from_numpy(N.Tensor), TypeError, "from_numpy: expected an ndarray"),
    ("from_numpy-str", lambda: gc.from_numpy(N.asarray), TypeError, "use Tensor(...)"),
    ("default", lambda: gc.set_default_dtype(int), TypeError, "set_default_dtype: .*int64"),
    ("item", lambda: T.item(), ValueError, "item: float32[2, 3] has not exactly one element"),
    ("float", lambda: float(T), ValueError, "item: float32[2, 3]"),
    ("bool", lambda: bool(T > 0), ValueError, "truth of bool[2, 3] is ambiguous"),
    ("bool-empty", lambda: bool(Tensor([])), ValueError, "truth of float32[0] is ambiguous"),
    ("len", lambda: len(Tensor(1.0)), TypeError, "len() of a Tensor without axes"),
    ("iter", lambda: list(Tensor(1.0)), TypeError, "iteration over a Tensor without axes"),
    (
        "check_grads-float32",
        lambda: check_grads(gc.exp, [np.ones(1, np.float32)]),
        TypeError,
        "check_grads: args[0] is float32[1]",
    ),
    ("check_grads", lambda: check_grads(lambda x: N, [np.ones(1)]), TypeError, "not a Tensor"),
]


@pytest.mark.parametrize(("name", "run", "kind", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_error(name: str, run: Callable[[], Any], kind: type[Exception], message: str) -> None:
    pattern = ".*".join(re.escape(part) for part in message.split(".*"))
    before = T.data.copy()
    with pytest.raises(kind, match=f"(?s){pattern}") as raised:
        run()
    assert isinstance(raised.value, kind)
    np.testing.assert_array_equal(T.data, before)


def test_misspelt_attributes_are_not_made() -> None:
    with pytest.raises(AttributeError):
        T.gard = 1
