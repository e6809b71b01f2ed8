"""Every public name of `torch.nn`, `torch.optim` and `torch.utils.data`: here, or listed.

So are arguments, methods and attributes. Arguments have PyTorch's names, order and defaults, so that
a call by position means the same; what grad adds is taken by keyword. The lists are in
name_differences.py.
"""

from __future__ import annotations

import inspect
import pkgutil
import warnings
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest
import torch
from tests.conformance import name_differences as listed
from tests.conformance import signatures
from tests.conformance.module_arguments import ours_of
from tests.conformance.name_differences import spread
from torch.testing._internal.common_modules import module_db

import grad_nn as nn
from grad_nn import optim

# Theirs and ours, by the name of theirs
SPACES: dict[str, tuple[Any, Any]] = {
    "nn": (torch.nn, nn),
    "nn.functional": (torch.nn.functional, nn.functional),
    "nn.init": (torch.nn.init, nn.init),
    "nn.utils": (torch.nn.utils, nn.utils),
    "nn.utils.parametrize": (torch.nn.utils.parametrize, nn.utils.parametrize),
    "nn.utils.parametrizations": (torch.nn.utils.parametrizations, nn.utils.parametrizations),
    "nn.utils.rnn": (torch.nn.utils.rnn, nn.utils.rnn),
    "optim": (torch.optim, optim),
    "optim.lr_scheduler": (torch.optim.lr_scheduler, optim.lr_scheduler),
    "optim.swa_utils": (torch.optim.swa_utils, optim.swa_utils),
    "utils.data": (torch.utils.data, nn.data),
}


def names(space: str) -> list[str]:
    """The public functions and classes of a module of PyTorch that are its own."""
    theirs, _ = SPACES[space]
    return [
        name
        for name in getattr(theirs, "__all__", dir(theirs))
        if not name.startswith("_")
        and callable(value := getattr(theirs, name))
        and (hasattr(theirs, "__all__") or is_of_pytorch(value))
    ]


def is_of_pytorch(x: Any) -> bool:
    """Whether it is a function or a class of PyTorch's, and no Tensor, type or class of Python."""
    written = getattr(x, "__module__", None) or "torch"  # functions that are not in Python
    return written.startswith("torch") and x is not torch.Tensor


EVERY = [(space, name) for space in SPACES for name in names(space)]
HERE = [(space, name) for space, name in EVERY if hasattr(SPACES[space][1], name)]
PAIRS: dict[str, tuple[Any, Any]] = {
    f"{space}.{name}": (getattr(SPACES[space][0], name), getattr(SPACES[space][1], name))
    for space, name in HERE
}
# Tensors have methods of another kind
CLASSES = {
    name: pair
    for name, pair in PAIRS.items()
    if inspect.isclass(pair[0]) and not issubclass(pair[0], torch.Tensor)
}


def test_namespaces() -> None:
    spaces: dict[str, ModuleType] = {
        "nn": torch.nn,
        "nn.utils": torch.nn.utils,
        "optim": torch.optim,
        "utils.data": torch.utils.data,
    }
    found = {
        f"{space}.{module.name}"
        for space, home in spaces.items()
        for module in pkgutil.iter_modules(home.__path__)
        if not module.name.startswith("_")
    }
    assert found - set(SPACES) == spread(listed.NAMESPACES)


def test_names() -> None:
    missing = {f"{space}.{name}" for space, name in set(EVERY) - set(HERE)}
    assert missing == spread(listed.NAMES)


@pytest.mark.parametrize("name", PAIRS)
def test_arguments(name: str) -> None:
    assert_listed(name, argument_differences(*PAIRS[name]), listed.ARGUMENTS)


def argument_differences(theirs: Any, ours: Any) -> dict[str, str]:
    wanted = {listed.RENAMED.get(key, key): p for key, p in signatures.theirs(theirs).items()}
    return dict(signatures.differences(wanted, signatures.ours(ours), listed.NOWHERE))


def assert_listed(owner: str, found: dict[str, str], table: listed.Table) -> None:
    """Fail unless what is found is what is listed."""
    known = {key for key in spread(table) if key.rpartition(".")[0] == owner}
    extra = {key: text for key, text in found.items() if f"{owner}.{key}" not in known}
    assert not extra
    assert known == {f"{owner}.{key}" for key in found}, "listed, but not different"


@pytest.mark.parametrize("name", CLASSES)
def test_methods(name: str) -> None:
    theirs, ours = CLASSES[name]
    missing = {}
    for method, value in own_methods(theirs):
        if not hasattr(ours, method):
            missing[method] = "is not here"
        elif not isinstance(value, property):
            found = argument_differences(getattr(theirs, method), getattr(ours, method))
            assert_listed(f"{name}.{method}", found, listed.ARGUMENTS)
    assert_listed(name, missing, listed.METHODS)


def own_methods(cls: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties of a class, but for those of a class that is compared, too."""
    compared = {theirs for theirs, _ in CLASSES.values()} - {cls}
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("torch") and base not in compared:
            found.update(vars(base))
    for name, value in found.items():
        kinds = (property, classmethod, staticmethod)
        if not name.startswith("_") and (callable(value) or isinstance(value, kinds)):
            yield name, value


def test_methods_of_what_is_inherited() -> None:
    """A method is looked for where it was defined: so what inherits it there, does so here."""
    for theirs, ours in CLASSES.values():
        for base, our_base in CLASSES.values():
            if base in (torch.nn.Module, torch.optim.Optimizer) and issubclass(theirs, base):
                assert issubclass(ours, our_base)


INFOS = {f"nn.{info.module_cls.__name__}": info for info in module_db}


@pytest.mark.parametrize("name", [name for name in CLASSES if name in INFOS])
def test_attributes_of_modules(name: str) -> None:
    """Settings, Parameters, Buffers and Modules below, of every Module that PyTorch tests."""
    info, found = INFOS[name], dict[str, str]()
    for sample in samples(info):
        args, kwargs = sample.args, sample.kwargs
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = info.module_cls(*args, **kwargs)
        kwargs = {key: ours_of(x) for key, x in kwargs.items() if key != "device"}
        ours = CLASSES[name][1](*map(ours_of, args), **kwargs)
        for key, value in public_attributes(theirs):
            if not hasattr(ours, key):
                found[key] = "is not here"
            elif is_plain(value) and getattr(ours, key) != value:
                found[key] = f"is {getattr(ours, key)!r}, expected {value!r}"
    assert_listed(name, found, listed.ATTRIBUTES)


def samples(info: Any) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = info.module_inputs_func(
            info, device="cpu", dtype=torch.float32, requires_grad=True, training=True
        )
    return [sample.constructor_input for sample in found[:10]]


def public_attributes(module: torch.nn.Module) -> Iterable[tuple[str, Any]]:
    kept = {**module._parameters, **module._buffers, **module._modules}
    return [(key, x) for key, x in {**vars(module), **kept}.items() if not key.startswith("_")]


def is_plain(x: Any) -> bool:
    """Whether it is a number, a str or None, or some of them."""
    if isinstance(x, (tuple, list)):
        return all(map(is_plain, x))
    return x is None or isinstance(x, (bool, int, float, str))


OPTIMIZERS = [
    name
    for name, (theirs, _) in CLASSES.items()
    if issubclass(theirs, torch.optim.Optimizer) and name != "optim.Optimizer"
]
SCHEDULERS: dict[str, tuple[Any, ...]] = {
    "ConstantLR": (),
    "CosineAnnealingLR": (3,),
    "CosineAnnealingWarmRestarts": (3,),
    "CyclicLR": (0.1, 0.2),
    "ExponentialLR": (0.9,),
    "LambdaLR": (lambda epoch: 1.0,),
    "LinearLR": (),
    "MultiStepLR": ([1, 2],),
    "MultiplicativeLR": (lambda epoch: 1.0,),
    "OneCycleLR": (0.1, 10),
    "PolynomialLR": (),
    "ReduceLROnPlateau": (),
    "StepLR": (2,),
}


def of_one_parameter(make: Callable[..., Any], ours: bool, **settings: Any) -> Any:
    if ours:
        return make([nn.Parameter(2, 2)], lr=0.1, **settings)
    return make([torch.nn.Parameter(torch.ones(2, 2))], lr=0.1, **settings)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_settings_of_optimizers(name: str) -> None:
    theirs, ours = (of_one_parameter(c, c is CLASSES[name][1]) for c in CLASSES[name])
    group, our_group = theirs.param_groups[0], ours.param_groups[0]
    assert set(group) - set(our_group) <= set(listed.NOWHERE)
    shared = set(group) & set(our_group) - {"params"}
    assert {key: our_group[key] for key in shared} == {key: group[key] for key in shared}
    assert all(hasattr(ours, key) for key in vars(theirs) if not key.startswith("_"))
    assert callable(ours.add_param_group)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_attributes_of_schedulers(name: str) -> None:
    settings = {"momentum": 0.9}
    pair = CLASSES[f"optim.lr_scheduler.{name}"]
    optimizers = (of_one_parameter(x.SGD, x is optim, **settings) for x in (torch.optim, optim))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, ours = (
            make(optimizer, *SCHEDULERS[name])
            for make, optimizer in zip(pair, optimizers, strict=True)
        )
    for key, value in vars(theirs).items():
        if not key.startswith("_"):
            assert hasattr(ours, key)
            assert not is_plain(value) or getattr(ours, key) == value


def test_schedulers_are_all() -> None:
    of_several = {"LRScheduler", "ChainedScheduler", "SequentialLR"}
    assert set(SCHEDULERS) | of_several == set(names("optim.lr_scheduler"))


def test_lists_name_what_there_is() -> None:
    for table in (listed.ARGUMENTS, listed.METHODS, listed.ATTRIBUTES):
        owners = {row.split(": ")[0] for rows in table.values() for row in rows}
        assert {
            owner
            for owner in owners
            if owner not in PAIRS and owner.rpartition(".")[0] not in CLASSES
        } == set()
