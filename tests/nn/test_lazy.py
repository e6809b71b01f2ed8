"""Public names, which are loaded when they are first used."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import grad_nn
from grad_nn import functional as F  # noqa: N812  # the field's name

LAZY = ["grad_core", "grad_init", "grad_nn", "grad_nn.functional", "grad_nn.optim"]


def imports(package: str) -> dict[str, tuple[str, str]]:
    """What a type checker finds in a package: for each name the module, and the name there."""
    init = Path(str(import_module(package).__file__))
    return {
        alias.asname or alias.name: (str(statement.module), alias.name)
        for block in ast.parse(init.read_text("utf-8")).body
        if isinstance(block, ast.If)
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }


def run(code: str) -> str:
    """What a new process prints."""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert not result.returncode, result.stderr
    return result.stdout.strip()


@pytest.mark.parametrize("package", LAZY)
def test_every_name_is_what_type_checkers_take_it_for(package: str) -> None:
    module = import_module(package)
    public = imports(package)
    assert len(public) > 40
    assert public.keys() <= set(dir(module))
    assert {name for name in public if name[0] != "_"} <= set(module.__all__)
    for name, (place, original) in public.items():
        value = getattr(module, name)
        if place == package:
            assert isinstance(value, ModuleType)
            assert value.__name__ == f"{package}.{name}"
        else:
            assert value is getattr(import_module(place), original)


@pytest.mark.parametrize("package", LAZY)
def test_helpers_are_no_public_names(package: str) -> None:
    assert {"attach", "EXPORTS", "TYPE_CHECKING"}.isdisjoint(dir(import_module(package)))


def test_import_loads_nothing_but_numpy() -> None:
    new = (
        "import sys, numpy; before = set(sys.modules); import grad_nn;"
        "print(*{m.partition('.')[0] for m in sys.modules.keys() - before})"
    )
    # The last two are small modules of Python that newer versions of NumPy import, too.
    assert set(run(new).split()) <= {"grad_nn", "grad_core", "__future__", "importlib"}


def test_a_small_network_loads_no_other_families() -> None:
    code = """if True:
        import sys
        import numpy
        import grad_nn as nn
        from grad_core import Tensor

        model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))
        optimizer = nn.optim.Adam(model.parameters(), lr=0.1)
        nn.functional.cross_entropy(model(Tensor([[1, 2]])), numpy.array([1])).backward()
        optimizer.step()
        print(*sys.modules)
    """
    loaded = run(code).split()
    assert "grad_nn.layers.linear" in loaded
    for family in ("data", "training", "serialization", "functional.vision", "optim.lr_scheduler"):
        assert f"grad_nn.{family}" not in loaded
    assert not {"json", "multiprocessing", "concurrent.futures", "logging"} & set(loaded)


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("import grad_nn; print(grad_nn.optim.lr_scheduler.StepLR.__name__)", "StepLR"),
        ("import grad_nn.optim; print(grad_nn.optim.SGD.__name__)", "SGD"),
        ("import grad_nn.functional as F; print(F.dropout.__name__)", "dropout"),
        ("import grad_nn; print(grad_nn.serialization.load_file.__name__)", "load_file"),
        ("from grad_nn import *; print(Linear.__name__, optim.__name__)", "Linear grad_nn.optim"),
        ("from grad_core import *; print(linalg.norm is not None, pi)", "True 3.141592653589793"),
        # The import of a module binds its name in the package, and no function stands there.
        (
            "import grad_nn.layers.linear; from grad_nn.functional import linear; linear.__call__",
            "",
        ),
        # What makes Tensors does so, also where nobody has asked for Tensor.
        ("import grad_core; print(grad_core.zeros(1))", "Tensor([0.])"),
        ("from grad_core import asarray; print(asarray([1.0]))", "Tensor([1.])"),
        ("from grad_core import fft; print(fft.fftfreq(1))", "Tensor([0.])"),
        ("import grad_core.fft; print(grad_core.fft.fftfreq(1))", "Tensor([0.])"),
        (
            "from grad_core.ops.creation.creation import zeros; print(zeros(1))",
            "Tensor([0.])",
        ),
        # NumPy's functions find what they become here, used or not.
        (
            "import numpy; from grad_core import Tensor; print(numpy.tan(Tensor(0)), numpy.trapezoid(Tensor([1, 3])))",
            "Tensor(0.) Tensor(2.)",
        ),
        ("import pickle; print(pickle.loads(b'cgrad_nn\\nLinear\\n.').__name__)", "Linear"),
    ],
)
def test_ways_to_a_name_that_nobody_used_before(code: str, printed: str) -> None:
    assert run(code) == printed


def test_threads_that_come_first_get_the_same() -> None:
    code = """if True:
        import threading
        import grad_nn

        names, found, start = [n for n in dir(grad_nn) if n[0] != "_"], {}, threading.Barrier(8)

        def use(i):
            start.wait()
            for name in names[::-1] if i % 2 else names:
                found.setdefault(name, set()).add(id(getattr(grad_nn, name)))

        threads = [threading.Thread(target=use, args=(i,)) for i in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print({len(ids) for ids in found.values()}, len(found) == len(names))
    """
    assert run(code) == "{1} True"


def test_threads_that_import_both_packages_do_not_wait_for_each_other() -> None:
    code = """if True:
        import sys, threading, time
        from importlib.machinery import PathFinder

        inside, errors = threading.Event(), []

        def pause(spec):
            inside.set()
            time.sleep(0.3)

        class Slow:  # makes the import of grad_core wait before other threads see it
            def find_spec(self, name, path=None, target=None):
                if name != "grad_core":
                    return None
                spec = PathFinder.find_spec(name, path)
                spec.loader.create_module = pause
                return spec

        def use(package):
            try:
                __import__(package)
            except BaseException as error:
                errors.append(error)

        sys.meta_path.insert(0, Slow())
        threads = [threading.Thread(target=use, args=(p,)) for p in ("grad_core", "grad_nn")]
        threads[0].start()
        inside.wait()
        threads[1].start()
        for thread in threads: thread.join()
        print(errors)
    """
    assert run(code) == "[]"


def test_unknown_names() -> None:
    with pytest.raises(AttributeError, match=r"module 'grad_nn' has no attribute 'Liner'$") as e:
        _ = getattr(grad_nn, "Liner")  # noqa: B009  # a type checker would not let it pass
    assert (e.value.name, e.value.obj) == ("Liner", grad_nn)  # for the traceback's "Did you mean"
    with pytest.raises(ImportError, match="cannot import name 'rellu'"):
        exec("from grad_nn.functional import rellu")  # noqa: S102  # nor this
    assert not hasattr(F, "__wrapped__")
    assert "load" not in dir(F)
