"""Modules side by side with PyTorch: names, loading, hooks and their order, containers."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

import grad_core as gc
import grad_nn

T: Any = torch.nn
G: Any = grad_nn


def tensor(nn: ModuleType, data: Any, requires_grad: bool = False) -> Any:
    if nn is torch.nn:
        return torch.tensor(data, dtype=torch.float32, requires_grad=requires_grad)
    return gc.Tensor(data, requires_grad=requires_grad)


def parameter(nn: ModuleType, data: Any) -> Any:
    return T.Parameter(tensor(nn, data)) if nn is torch.nn else grad_nn.Parameter(data=data)


def plain(x: Any) -> Any:
    """What can be compared: arrays as lists, rounded; the same of tuples, lists and dicts."""
    if isinstance(x, torch.Tensor):
        return plain(x.detach().numpy())
    if isinstance(x, gc.Tensor):
        return plain(x.data)
    if isinstance(x, np.ndarray):
        return np.round(x.astype(float), 4).tolist()
    if isinstance(x, (tuple, list)):
        return tuple(plain(y) for y in x)
    if isinstance(x, dict):
        return {key: plain(y) for key, y in x.items()}
    return x


def net(nn: Any) -> Any:
    """Names of every kind: tied, shared, empty, buffers, containers, Modules before Parameters."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 2)
            self.scale = parameter(nn, [1.0])
            self.register_buffer("seen", tensor(nn, [0.0]))
            self.register_parameter("empty", None)
            self.register_buffer("scratch", tensor(nn, [3.0]), persistent=False)
            self.offset = parameter(nn, [0.5])

        def forward(self, x: Any) -> Any:
            return self.linear(x) * self.scale + self.offset

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = Block()
            self.blocks = nn.ModuleList([Block(), self.first, Block()])
            self.heads = nn.ModuleDict({"b": nn.Linear(2, 1), "a": nn.Linear(2, 3)})
            self.weight = self.first.linear.weight
            self.nothing = None
            self.add_module("absent", None)
            self.extra = nn.ParameterDict({"z": parameter(nn, [1.0]), "a": parameter(nn, [2.0])})
            self.list = nn.ParameterList([parameter(nn, [1.0]), self.weight])
            self.tail = nn.Sequential(OrderedDict(act=nn.ReLU(), out=nn.Linear(2, 2)))
            self.bias = parameter(nn, [0.25])

        def forward(self, x: Any) -> Any:
            for block in self.blocks:
                x = block(x)
            return self.tail(x) + self.bias

    return Net()


NAMES: list[Callable[[Any], Any]] = [
    lambda m: [n for n, _ in m.named_parameters()],
    lambda m: [n for n, _ in m.named_parameters("p", True, False)],
    lambda m: [n for n, _ in m.named_parameters(prefix="p", recurse=False)],
    lambda m: [n for n, _ in m.named_parameters(remove_duplicate=False)],
    lambda m: [n for n, _ in m.first.named_parameters(recurse=False)],
    lambda m: [n for n, _ in m.named_buffers()],
    lambda m: [n for n, _ in m.named_buffers("p", remove_duplicate=False)],
    lambda m: [n for n, _ in m.first.named_buffers(recurse=False)],
    lambda m: [(n, type(c).__name__) for n, c in m.named_modules()],
    lambda m: [n for n, _ in m.named_modules(prefix="p", remove_duplicate=False)],
    lambda m: [n for n, _ in m.named_modules({m.first, m.tail})],
    lambda m: [n for n, _ in m.named_children()],
    lambda m: [n for n, _ in m.blocks.named_children()],
    lambda m: [tuple(p.shape) for p in m.parameters()],
    lambda m: [tuple(p.shape) for p in m.parameters(recurse=False)],
    lambda m: [tuple(p.shape) for p in m.buffers()],
    lambda m: [type(c).__name__ for c in m.children()],
    lambda m: [type(c).__name__ for c in m.modules()],
    lambda m: list(m.state_dict()),
    lambda m: list(m.state_dict(prefix="model.")),
    lambda m: list(m.tail.state_dict(prefix="tail.")),
    lambda m: type(m.get_submodule("blocks.1.linear")).__name__,
    lambda m: m.get_submodule("") is m,
    lambda m: m.get_parameter("blocks.0.linear.weight") is m.blocks[0].linear.weight,
    lambda m: m.get_buffer("blocks.2.seen") is m.blocks[2].seen,
    lambda m: m.tail.out is m.get_submodule("tail.out"),
    lambda m: repr(m.tail),
    lambda m: repr(m.heads),
]


@pytest.mark.parametrize("ask", NAMES)
def test_names(ask: Callable[[Any], Any]) -> None:
    assert ask(net(G)) == ask(net(T))


MISSING = ["nothing", "blocks.9", "first.linear", "first.scale.x", "first.seen", "first..x", "x"]


@pytest.mark.parametrize("method", ["get_submodule", "get_parameter", "get_buffer"])
@pytest.mark.parametrize("target", MISSING)
def test_targets(method: str, target: str) -> None:
    found = []
    for nn in (T, G):
        try:
            found.append(
                type(getattr(net(nn), method)(target)).__name__.replace("Buffer", "Tensor")
            )
        except AttributeError as error:
            found.append(type(error).__name__)
    assert found[0] == found[1]


def test_apply_goes_upwards() -> None:
    orders: list[list[str]] = [[], []]
    for nn, order in zip((T, G), orders, strict=True):
        nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.ReLU(), nn.Tanh())).apply(
            lambda m, order=order: order.append(type(m).__name__)  # type: ignore[misc]  # a default
        )
    assert orders[0] == orders[1] == ["Linear", "ReLU", "Tanh", "Sequential", "Sequential"]


SETS: list[tuple[str, dict[str, Any]]] = [
    ("first", {}),
    ("blocks.1", {}),
    ("heads.c", {}),
    ("tail.out", {"strict": True}),
    ("tail.new", {}),
    ("other", {}),
    ("first.linear", {"strict": True}),
]


@pytest.mark.parametrize(("target", "kwargs"), SETS)
def test_set_submodule(target: str, kwargs: dict[str, Any]) -> None:
    names = []
    for nn in (T, G):
        m = net(nn)
        m.set_submodule(target, nn.Linear(1, 1), **kwargs)
        names.append([(n, type(c).__name__) for n, c in m.named_modules(remove_duplicate=False)])
    assert names[0] == names[1]


def test_states_go_both_ways() -> None:
    theirs, ours = net(T), net(G)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    x = [[1.0, -2.0]]
    assert plain(ours(tensor(G, x))) == plain(theirs(tensor(T, x)))
    theirs.load_state_dict({k: torch.tensor(v) for k, v in net(G).state_dict().items()})


@pytest.mark.parametrize(
    "change",
    [
        lambda s: {},
        lambda s: {**s, "new": s["bias"], "first.new": s["bias"]},
        lambda s: {k: v for k, v in s.items() if not k.startswith("blocks")},
        lambda s: {"bias": s["bias"], "x": s["bias"]},
    ],
)
def test_reports_of_loading(change: Callable[[Any], Any]) -> None:
    reports = []
    for nn in (T, G):
        m = net(nn)
        report = m.load_state_dict(change(m.state_dict()), strict=False)
        assert report == (report.missing_keys, report.unexpected_keys)
        reports.append((report.missing_keys, sorted(report.unexpected_keys)))
    assert reports[0] == reports[1]


def test_assign_takes_the_dtype() -> None:
    dtypes = []
    for nn, wide in ((T, lambda x: x.double()), (G, lambda x: x.astype(np.float64))):
        m = nn.Linear(2, 1)
        state = {k: wide(v) for k, v in m.state_dict().items()}
        m.load_state_dict(state)
        narrow = str(m.weight.dtype)
        m.load_state_dict(state, strict=True, assign=True)
        dtypes.append([s.removeprefix("torch.") for s in (narrow, str(m.weight.dtype))])
    assert dtypes[0] == dtypes[1] == ["float32", "float64"]


def test_extra_state() -> None:
    found = []
    for nn, number, value in (
        (T, lambda n: torch.tensor(n), lambda s: int(s)),
        (G, lambda n: np.array(n), lambda s: int(s)),
    ):

        class Counter(nn.Module):  # type: ignore[misc, name-defined]  # either of two
            def __init__(self) -> None:
                super().__init__()
                self.child = nn.Linear(1, 1)  # noqa: B023  # used in this round of the loop
                self.p = parameter(nn, [1.0])  # noqa: B023
                self.n = 3

            def get_extra_state(self) -> Any:
                return number(self.n)  # noqa: B023

            def set_extra_state(self, state: Any) -> None:
                self.n = value(state)  # noqa: B023

        m, other = nn.Sequential(Counter()), nn.Sequential(Counter())
        m[0].n = 5
        other.load_state_dict(m.state_dict())
        report = other.load_state_dict({}, strict=False)
        found.append((list(m.state_dict()), other[0].n, report.missing_keys))
    assert found[0] == found[1]


# ---------------------------------------------------------------------------- hooks


class Log(list[Any]):
    """What hooks were called with, in order."""

    def hook(self, name: str, answer: Callable[..., Any] = lambda *_: None) -> Any:
        def call(module: Any, *args: Any) -> Any:
            self.append((name, type(module).__name__, plain(args)))
            return answer(*args)

        return call


def two_in_two_out(nn: Any) -> Any:
    class Two(nn.Module):
        def forward(self, x: Any, y: Any = None, *, scale: float = 1.0) -> Any:
            return (x if y is None else x * y) * scale, x * 3.0

    return Two()


def both(run: Callable[[Any, Log], Any]) -> list[Any]:
    logs = []
    for nn in (T, G):
        log = Log()
        log.append(plain(run(nn, log)))
        logs.append(list(log))
    return logs


def order(nn: Any, log: Log) -> Any:
    m = nn.Sequential(nn.ReLU(), nn.Tanh())
    m[0].register_forward_hook(log.hook("f1"))
    m[0].register_forward_hook(log.hook("f2"), prepend=True)
    m[0].register_forward_hook(log.hook("f3"), prepend=True)
    m[0].register_forward_pre_hook(log.hook("p1"))
    handle = m[0].register_forward_pre_hook(log.hook("p2"), prepend=True)
    m.register_forward_pre_hook(log.hook("p3"))
    m.register_forward_hook(log.hook("f4"))
    for hooked in (m, m[1]):
        hooked.register_full_backward_hook(log.hook("b1"))
        hooked.register_full_backward_hook(log.hook("b2"), prepend=True)
        hooked.register_full_backward_pre_hook(log.hook("q1"))
        hooked.register_full_backward_pre_hook(log.hook("q2"), prepend=True)
    x = tensor(nn, [1.0, 2.0], requires_grad=True)
    m(x).sum().backward()
    handle.remove()
    handle.remove()
    m(x)
    return x.grad


def changes(nn: Any, log: Log) -> Any:
    m = two_in_two_out(nn)
    m.register_forward_pre_hook(log.hook("p1", lambda args: args[0] * 2))
    m.register_forward_pre_hook(
        log.hook("p2", lambda args, kwargs: ((args[0] + 1, args[0]), {"scale": 5.0})),
        with_kwargs=True,
    )
    m.register_forward_hook(log.hook("f1", lambda args, out: (out[1], out[0])))
    m.register_forward_hook(
        log.hook("f2", lambda args, kwargs, out: out[0] + kwargs["scale"]), with_kwargs=True
    )
    return m(tensor(nn, [1.0]), scale=2.0)


def gradients_change(nn: Any, log: Log) -> Any:
    m = two_in_two_out(nn)
    m.register_full_backward_pre_hook(log.hook("q1", lambda g: (g[0] * 2, g[1])))
    m.register_full_backward_hook(log.hook("b1", lambda gi, go: (gi[0] * 10, gi[1])))
    m.register_full_backward_hook(log.hook("b2"))
    x = tensor(nn, [[1.0, 2.0]], requires_grad=True)
    y = tensor(nn, [3.0, 4.0], requires_grad=True)
    a, b = m(x, y, scale=2.0)
    (a.sum() + (b * b).sum()).backward()
    return x.grad, y.grad


def one_result_is_not_used(nn: Any, log: Log) -> Any:
    m = two_in_two_out(nn)
    m.register_full_backward_hook(log.hook("b"))
    m.register_full_backward_pre_hook(log.hook("q"))
    x = tensor(nn, [1.0], requires_grad=True)
    y = tensor(nn, [3.0], requires_grad=True)
    m(x, y)[1].sum().backward()
    return x.grad


def some_need_no_gradient(nn: Any, log: Log) -> Any:
    m = two_in_two_out(nn)
    m.register_full_backward_hook(log.hook("b"))
    x = tensor(nn, [1.0], requires_grad=True)
    m(x, tensor(nn, [3.0]))[0].sum().backward()
    m(tensor(nn, [3.0]), x)[0].sum().backward()  # the second result needs none
    return x.grad


def frozen_inputs(nn: Any, log: Log) -> Any:
    m = nn.Linear(1, 1)
    m.load_state_dict({"weight": tensor(nn, [[2.0]]), "bias": tensor(nn, [1.0])})
    m.register_full_backward_hook(log.hook("b"))
    m.register_full_backward_pre_hook(log.hook("q", lambda g: (g[0] * 3,)))
    m(tensor(nn, [[4.0]])).sum().backward()
    return m.weight.grad, m.bias.grad


def twice(nn: Any, log: Log) -> Any:
    m = nn.Tanh()
    m.register_full_backward_hook(log.hook("b", lambda gi, go: (gi[0] * 2,)))
    x = tensor(nn, [0.5], requires_grad=True)
    (m(x) * m(x * 2)).sum().backward()
    return x.grad


def no_grad(nn: Any, log: Log) -> Any:
    m = nn.Tanh()
    m.register_full_backward_hook(log.hook("b"))
    x = tensor(nn, [0.5], requires_grad=True)
    with torch.no_grad() if nn is T else gc.no_grad():
        y = m(x)
    return y.requires_grad


def second_order(nn: Any, log: Log) -> Any:
    m = nn.Tanh()
    m.register_full_backward_hook(log.hook("b", lambda gi, go: (gi[0] * gi[0],)))
    x = tensor(nn, [0.5], requires_grad=True)
    y = (m(x) * 3.0).sum()
    if nn is T:
        (d,) = torch.autograd.grad(y, x, create_graph=True)
        (dd,) = torch.autograd.grad(d.sum(), x)
    else:
        d = gc.gradient(y, x, create_graph=True)
        dd = gc.gradient(d.sum(), x)
    return d, dd


def failing(nn: Any, log: Log) -> Any:
    class Fails(nn.Module):
        def forward(self, x: Any) -> Any:
            raise KeyError("its own")

    m = Fails()
    m.register_forward_hook(log.hook("f1"))
    m.register_forward_hook(log.hook("f2"), always_call=True)
    m.register_forward_hook(log.hook("f3", lambda a, k, o: 3), always_call=True, with_kwargs=True)
    m.register_forward_hook(log.hook("f4"), always_call=True)
    with pytest.raises(KeyError, match="its own"):
        m(1)
    return None


def failing_hook(nn: Any, log: Log) -> Any:
    def fail(*_: Any) -> Any:
        raise KeyError("of a hook")

    m = nn.Tanh()
    m.register_forward_hook(log.hook("f1"), always_call=True)
    m.register_forward_hook(log.hook("f2", fail))
    m.register_forward_hook(log.hook("f3"))
    m.register_forward_hook(log.hook("f4"), always_call=True)
    with pytest.raises(KeyError, match="of a hook"):
        m(tensor(nn, [0.5]))
    return None


def copied(nn: Any, log: Log) -> Any:
    m = nn.Sequential(nn.Tanh())
    handle = m[0].register_forward_hook(log.hook("f"))
    other = copy.deepcopy(m)
    handle.remove()
    other(tensor(nn, [0.5]))
    return m(tensor(nn, [0.5]))


def as_context(nn: Any, log: Log) -> Any:
    m = nn.Tanh()
    with m.register_forward_hook(log.hook("f")):
        m(tensor(nn, [0.5]))
    return m(tensor(nn, [0.5]))


RUNS = [
    order, changes, gradients_change, frozen_inputs, twice, no_grad, second_order, failing,
    failing_hook, copied, as_context,
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Full backward hook is firing")
@pytest.mark.parametrize("run", RUNS)
def test_hooks(run: Callable[[Any, Log], Any]) -> None:
    theirs, ours = both(run)
    assert ours == theirs


@pytest.mark.parametrize("run", [one_result_is_not_used, some_need_no_gradient])
def test_hooks_where_there_is_no_gradient(run: Callable[[Any, Log], Any]) -> None:
    """PyTorch has None for a result that is not used, and zeros for what requires no gradient.

    Here it is the other way round: what requires a gradient has one.
    """

    def none_for_zeros(x: Any) -> Any:
        if isinstance(x, tuple):
            return tuple(none_for_zeros(y) for y in x)
        return None if x == [0.0] else x

    theirs, ours = both(run)
    assert [none_for_zeros(x) for x in ours] == [none_for_zeros(x) for x in theirs]
    assert ours != theirs
