"""The backward sweep: gradients from a result to everything that it was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from sys import getrefcount
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from grad_core.anomaly import examined
from grad_core.arrays import Array, ArrayT, Raw, Shape
from grad_core.checks import check_raw, described
from grad_core.memory import check, shown
from grad_core.modes import anomalies, recording, switch
from grad_core.node import Extra, Leaf, Node, Traced
from grad_core.ops.elementwise.basic import conj
from grad_core.ops.manipulation.manipulation import astype, reshape
from grad_core.ops.statistics import reductions as statistical
from grad_core.primitive import unwrap, wrap

if TYPE_CHECKING:
    from grad_core.tensor import Tensor


def sweep(
    root: Node, seed: ArrayT, ends: frozenset[Node] | None = None, *, release: bool
) -> Iterator[tuple[Node, ArrayT]]:
    """Pull `seed` back from `root`; yield each node of `ends`, or each leaf, once.

    Each node is visited once, after all of its users, so the work is linear in the graph. Seeded
    with an ndarray it runs on NumPy alone; seeded with a Tensor it records.

    Args:
        root: Where to start.
        seed: The gradient of the root, in its shape and dtype.
        ends: The nodes whose gradients are wanted; what leads to none of them is not visited.
        release: Whether to drop what each visited node saved.
    """
    lift = isinstance(seed, Traced)
    expected = seed.__class__
    examine = anomalies.get()
    users = _count_users(root) if ends is None else _count_users_towards(ends, root)
    if ends is not None and root not in users:
        return
    users_of = users.get
    sums: dict[Node, Any] = {}  # the gradients of nodes that have users to come
    own: set[Node] = set()  # those of them that are sums made here, free to be added to
    ready: list[tuple[Node, Any]] = [(root, seed)]
    while ready:
        node, g = ready.pop()
        operation = node.operation
        extra = node.extra
        if extra is not None and (extra.hooks or extra.retains):
            g = _hooked(g, extra, ends is None)
        if ends is None:
            if operation is None:
                yield node, g
                continue
        elif node in ends:
            yield node, g
            if not any(n in users for n in node.inputs):
                continue  # nothing is wanted below
        assert operation is not None  # a leaf has nothing below
        saved = node.saved
        if saved is None:
            if extra is not None and extra.restore is not None:
                extra.restore(node)
                saved = node.saved
            if saved is None:
                raise RuntimeError(
                    f"backward: what {operation.name} saved for the gradient was released by an"
                    " earlier backward; pass retain_graph=True to that one"
                )
        if shown or (extra is not None and extra.stamps is not None):
            check(node, operation.name)
        if lift:
            saved = _lifted(node, saved)
        rules = operation.rules
        i = -1
        for operand in node.inputs:  # a `zip` with the rules would take as long as a small rule
            i += 1
            if operand is None or (left := users_of(operand)) is None:
                continue
            rule = rules[i]
            d: Any
            if examine:
                d = examined(node, rule, g, saved)
            elif len(saved) == 3:  # most often, and a call with `*saved` costs twice as much
                d = rule(g, saved[0], saved[1], saved[2])
            elif len(saved) == 2:
                d = rule(g, saved[0], saved[1])
            else:
                d = rule(g, *saved)
            if d.__class__ is not expected:
                _check_level(d, lift, operation.name)
            if d.dtype is not operand.dtype or d.shape != operand.shape:
                d = _fitted(d, operand, node)
            if left > 1:
                users[operand] = left - 1
                if operand in own:
                    sums[operand] += d
                elif operand not in sums:
                    sums[operand] = d
                else:
                    sums[operand] = sums[operand] + d
                    if not lift:
                        own.add(operand)
                continue
            if sums and operand in sums:
                total = sums.pop(operand)
                if operand in own:
                    total += d
                    d = total
                else:
                    d = total + d
            ready.append((operand, d))
        if release and saved:  # the node of a transform's argument has nothing to release
            node.saved = None
            if extra is not None:
                extra.restore = None


def _is_traced(x: Any) -> bool:
    return isinstance(x, Traced)


def _hooked(g: Any, extra: Extra, backward: bool) -> Any:
    """The gradient after the hooks of its node, which `backward` keeps where it is to be kept."""
    lifted = _is_traced(g)
    for hook in list((extra.hooks or {}).values()):
        # A copy: a hook may write to what it gets, and `g` may be shared.
        turned = _turned(g)
        seen: Any = wrap(unwrap(turned).copy(), turned._node if lifted else None)
        given: Any = hook(seen)
        if given is None:
            continue
        if not _is_traced(given):
            check_raw("register_hook", given)
            given = wrap(given, None, True)
        if given.shape != seen.shape or not np.can_cast(given.dtype, seen.dtype, "same_kind"):
            raise ValueError(
                f"register_hook: the hook returned {described(given)} for a gradient"
                f" {described(seen)}; it returns a gradient of that shape, or None"
            )
        g = _turned(_cast(given, seen.dtype) if lifted else given._array.astype(seen.dtype))
    if backward and extra.retains:
        kept = _turned(unwrap(g))
        extra.grad = np.array(kept) if extra.grad is None else np.asarray(extra.grad + kept)
    return g


def _count_users(root: Node) -> dict[Node, int]:
    """How many recorded operands below `root` each node is."""
    users: dict[Node, int] = {}
    stack = [root]
    while stack:
        for node in stack.pop().inputs:
            if node is not None:
                if node in users:
                    users[node] += 1
                else:
                    users[node] = 1
                    stack.append(node)
    return users


def _count_users_towards(ends: frozenset[Node], root: Node) -> dict[Node, int]:
    """The same, of the nodes from which some of `ends` is reached."""
    users = _count_users(root)
    users.setdefault(root, 0)
    for below in users:
        if below.__class__ is not Node and below not in ends:
            break  # a leaf or an argument that is not wanted
    else:
        return users  # nothing else is at the bottom, so all lead there
    using: dict[Node, list[Node]] = {root: []}
    stack = [root]
    while stack:
        user = stack.pop()
        for node in user.inputs:
            if node is not None:
                if node in using:
                    using[node].append(user)
                else:
                    using[node] = [user]
                    stack.append(node)
    # From the ends up: what uses a node that leads to an end does so, too.
    towards: dict[Node, int] = {}
    stack = [end for end in ends if end in using]
    while stack:
        node = stack.pop()
        if node not in towards:
            towards[node] = len(using[node])
            stack.extend(using[node])
    return towards


def _lifted(node: Node, saved: tuple[Any, ...]) -> tuple[Any, ...]:
    """`saved` with each array that a gradient passes made a Tensor of its node again."""
    nodes = (node, *node.inputs)
    stamped = node.extra is not None and node.extra.stamps is not None
    arrays = [
        a if n is None or a is None or a is n else wrap(a, n, stamped)
        for a, n in zip(saved, nodes, strict=False)
    ]
    return (*arrays, *saved[len(nodes) :])


def _check_level(d: object, lift: bool, name: str) -> None:
    """Raise a TypeError if a rule left the level on which it was called."""
    if not isinstance(d, Traced if lift else (np.ndarray, np.generic)):
        expected = "Tensor" if lift else "ndarray"
        raise TypeError(
            f"{name}: a rule returned {type(d).__name__}, expected {expected}: it is made of"
            " operators, methods and primitives, which give Tensors for Tensors and ndarrays for"
            " ndarrays"
        )


def _fitted(d: Any, operand: Node, node: Node) -> Any:
    """The gradient `d` in the shape and dtype of its operand.

    Raises:
        TypeError: It is made of integers or booleans.
        ValueError: It has a shape to which the operand was not broadcast.
    """
    assert node.operation is not None  # it has operands
    name = node.operation.name
    if d.dtype.kind not in "fc":
        raise TypeError(
            f"{name}: a rule returned a gradient of dtype {d.dtype} for an operand of dtype"
            f" {operand.dtype}"
        )
    if d.shape != operand.shape:
        # One operand is broadcast to nothing but the result; of several, the sweep cannot know.
        if len(node.inputs) == 1 and d.shape != node.shape:
            raise _wrong_shape(name, d.shape, operand.shape)
        d = unbroadcast(d, operand.shape, name)
    if d.dtype.kind == "c" and operand.dtype.kind != "c":
        d = d.real
    return d if d.dtype == operand.dtype else d.astype(operand.dtype)


def _wrong_shape(name: str, shape: Shape, operand: Shape) -> ValueError:
    return ValueError(
        f"{name}: a rule returned a gradient of shape {shape} for an operand of shape {operand}"
    )


def unbroadcast(g: ArrayT, shape: Shape, name: str = "unbroadcast") -> ArrayT:
    """Sum `g` down to `shape`: what undoes broadcasting.

    Raises:
        ValueError: `shape` does not broadcast to that of `g`.
    """
    lead = len(g.shape) - len(shape)
    if lead > 0 and g.shape[lead:] == shape:
        return statistical.sum_(g, tuple(range(lead)), False)  # as below, at less cost
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, g.shape[lead:], strict=True)):
        raise _wrong_shape(name, g.shape, shape)
    stretched = tuple(
        i for i, m in enumerate(g.shape) if i < lead or (shape[i - lead] == 1 and m != 1)
    )
    return reshape(statistical.sum(g, stretched, keepdims=True), shape)


def conjugate(g: ArrayT) -> ArrayT:
    """Take a gradient from PyTorch's convention to that of the rules, or back.

    A rule multiplies by the derivative of `f`; PyTorch's gradient of a real function is the
    direction of steepest ascent, its conjugate.
    """
    return conj(g) if g.dtype.kind == "c" else g


# For code that serves both levels without telling a type checker which
_turned: Callable[[Any], Any] = conjugate
_cast: Callable[[Any, Any], Any] = astype


def seed_of(y: Traced, grad: Tensor | Raw | None, name: str) -> Array:
    """Check `grad` against `y` and return it as an array; ones for a scalar without it."""
    data = y._array
    if y._node is None:
        raise RuntimeError(
            f"{name}: {described(data)} does not require a gradient: nothing that it was made from"
            " has requires_grad=True, or it was made under no_grad"
        )
    if grad is None:
        if data.dtype.kind == "c":
            raise ValueError(
                f"{name}: {described(data)} is complex; make it real, with abs() say, or pass grad"
            )
        if data.size != 1:
            raise ValueError(
                f"{name}: {described(data)} is not a scalar; reduce it, with sum() say, or pass"
                f" grad, an array of shape {data.shape}"
            )
        return np.ones(data.shape, data.dtype)
    seed = np.asarray(unwrap(grad))
    if seed.shape != data.shape:
        raise ValueError(
            f"{name}: grad has shape {seed.shape}, expected {data.shape}, that of the Tensor"
        )
    if not np.can_cast(seed.dtype, data.dtype, "same_kind"):
        raise TypeError(f"{name}: grad has dtype {seed.dtype}, expected {data.dtype}")
    return seed.astype(data.dtype, copy=False)


def backward(y: Traced, grad: Tensor | Raw | None, retain_graph: bool) -> None:
    """Add the gradient of `y` to the `grad` of every leaf below it."""
    seed = seed_of(y, grad, "backward")
    root = y._node
    assert root is not None  # or seed_of had raised
    # All of them before any leaf is changed: the sweep may fail on its way.
    for reached in list(sweep(root, conjugate(seed), release=not retain_graph)):
        own = _is_ours(reached)
        node, g = reached
        assert isinstance(node, Leaf)  # without `ends` the sweep yields leaves
        node.accumulate(conjugate(g), own)


def _owners(reached: tuple[object, object]) -> int:
    """How many hold the gradient that has reached a node, this function among them."""
    return getrefcount(reached[1])


_ONE = _owners((None, object()))  # how many these are where nobody else does; Pythons differ


def _is_ours(reached: tuple[object, Array]) -> bool:
    """Whether a gradient is in memory that nobody else holds, in the order of C."""
    g = reached[1]
    ours = g.__class__ is np.ndarray and g.base is None and g.flags.carray
    del g  # or it would count
    return ours and _owners(reached) == _ONE


@overload
def gradient(
    y: Tensor,
    xs: Tensor,
    grad: Tensor | Raw | None = None,
    *,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> Tensor: ...
@overload
def gradient(
    y: Tensor,
    xs: Sequence[Tensor],
    grad: Tensor | Raw | None = None,
    *,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> tuple[Tensor, ...]: ...
def gradient(
    y: Tensor,
    xs: Tensor | Sequence[Tensor],
    grad: Tensor | Raw | None = None,
    *,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> Tensor | tuple[Tensor, ...]:
    """Return the gradient of `y` with respect to each of `xs`, and touch no `.grad`.

    Args:
        y: What to differentiate: a scalar, or anything with `grad`.
        xs: Tensors that `y` was made from, leaves or not; one, or a sequence.
        grad: The gradient of what follows `y`, in its shape (the vector of a vector-Jacobian
            product); None stands for 1, for a scalar.
        create_graph: Whether the results can be differentiated in turn.
        retain_graph: Whether the graph of `y` can be swept again; None for as `create_graph`.

    Returns:
        A Tensor for a Tensor, a tuple for a sequence, each of the shape and dtype of its `x`;
        zeros where `y` does not depend on it.

    Raises:
        RuntimeError: `y` or one of `xs` requires no gradient, or the graph was released.
        ValueError: `y` is not a real scalar and no `grad` is given, or its shape does not fit.
        TypeError: `y` or one of `xs` is no Tensor, or `grad` has a dtype that does not fit.

    Example:
        >>> import grad_core as gc
        >>> x = gc.Tensor(3.0, requires_grad=True)
        >>> dx = gc.gradient(x**3, x, create_graph=True)
        >>> gc.gradient(dx, x)
        Tensor(18.)
    """
    if isinstance(xs, Traced):
        return gradient(y, (xs,), grad, create_graph=create_graph, retain_graph=retain_graph)[0]
    if not isinstance(y, Traced):
        raise TypeError(f"gradient: y is {type(y).__name__}, expected a Tensor")
    if not isinstance(xs, Iterable):
        raise TypeError(f"gradient: xs is {type(xs).__name__}, expected a Tensor or several")
    seed = seed_of(y, grad, "gradient")
    ends: list[Node] = []
    for i, x in enumerate(xs):
        if not isinstance(x, Traced):
            raise TypeError(f"gradient: xs[{i}] is {type(x).__name__}, expected a Tensor")
        if x._node is None:
            raise RuntimeError(f"gradient: xs[{i}], {described(x._array)}, has no requires_grad")
        ends.append(x._node)
    root = y._node
    assert root is not None  # or seed_of had raised
    release = not (create_graph if retain_graph is None else retain_graph)
    found: dict[Node, Tensor] = {}
    mode = recording.set(switch(create_graph))
    try:
        if create_graph:
            lifted = astype(grad, y.dtype) if isinstance(grad, Traced) else wrap(seed, None, True)
            for node, t in sweep(root, conjugate(lifted), frozenset(ends), release=release):
                found[node] = conjugate(t)
        else:
            for node, g in sweep(root, conjugate(seed), frozenset(ends), release=release):
                found[node] = wrap(conjugate(g))
    finally:
        recording.reset(mode)
    # Memory of their own: a gradient may be shared, read-only, or the caller's `grad`.
    return tuple(
        wrap(np.array(found[end]._array), found[end]._node)
        if end in found
        else wrap(np.zeros(end.shape, end.dtype))
        for end in ends
    )
