"""The update rules of the docstrings in plain NumPy, one parameter at a time, for the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grad_nn import optim

Settings = dict[str, Any]
Step = Callable[[Any, Any], Any]
"""From a parameter and its gradient to the new value; it remembers the rest."""

RULES: dict[type[Any], Callable[[Settings], Step]] = {}


def rule(kind: type[Any], **defaults: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register `f(s, t, p, g, memory)`: settings, number of the step, parameter, gradient."""

    def register(f: Callable[..., Any]) -> Callable[..., Any]:
        def start(settings: Settings) -> Step:
            s = {"weight_decay": 0.0, "maximize": False, **defaults, **settings}
            memory: dict[str, Any] = {"t": 0}

            def step(p: Any, g: Any) -> Any:
                memory["t"] += 1
                return f(s, memory["t"], p, -g if s["maximize"] else g, memory)

            return step

        RULES[kind] = start
        return f

    return register


def mean(memory: Any, name: str, beta: float, x: Any) -> Any:
    memory[name] = beta * memory.get(name, 0.0) + (1 - beta) * x
    return memory[name]


def decay(s: Settings, p: Any, g: Any) -> tuple[Any, Any]:
    if s.get("decoupled_weight_decay"):
        return p - s["lr"] * s["weight_decay"] * p, g
    return p, g + s["weight_decay"] * p


@rule(optim.SGD, momentum=0.0, dampening=0.0, nesterov=False)
def sgd(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    p, g = decay(s, p, g)
    if s["momentum"]:
        b = g if t == 1 else s["momentum"] * memory["b"] + (1 - s["dampening"]) * g
        memory["b"] = b
        g = g + s["momentum"] * b if s["nesterov"] else b
    return p - s["lr"] * g


def adam(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    b1, b2 = s["betas"]
    p, g = decay(s, p, g)
    m, v = mean(memory, "m", b1, g), mean(memory, "v", b2, g**2)
    memory["largest"] = np.maximum(memory.get("largest", 0.0), v)
    v = memory["largest"] if s["amsgrad"] else v
    return p - s["lr"] * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + s["eps"])


ADAM: Settings = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "amsgrad": False}
rule(optim.Adam, **ADAM)(adam)
rule(optim.AdamW, **ADAM, decoupled_weight_decay=True)(
    lambda s, *rest: adam({**s, "weight_decay": s["weight_decay"] or 1e-2}, *rest)
)


@rule(optim.NAdam, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3)
def nadam(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    b1, b2 = s["betas"]
    p, g = decay(s, p, g)
    mu = [b1 * (1 - 0.96 ** (i * s["momentum_decay"]) / 2) for i in range(1, t + 2)]
    m, v = mean(memory, "m", b1, g), mean(memory, "v", b2, g**2)
    ahead = (1 - mu[t - 1]) * g / (1 - np.prod(mu[:t])) + mu[t] * m / (1 - np.prod(mu))
    return p - s["lr"] * ahead / (np.sqrt(v / (1 - b2**t)) + s["eps"])


@rule(optim.RAdam, betas=(0.9, 0.999), eps=1e-8)
def radam(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    b1, b2 = s["betas"]
    p, g = decay(s, p, g)
    m, v = mean(memory, "m", b1, g), mean(memory, "v", b2, g**2)
    n = 2 / (1 - b2) - 1
    nt = n - 2 * t * b2**t / (1 - b2**t)
    if nt <= 5:
        return p - s["lr"] * (m / (1 - b1**t))
    r = np.sqrt((nt - 4) * (nt - 2) * n / ((n - 4) * (n - 2) * nt))
    return p - s["lr"] * (m / (1 - b1**t)) * r * np.sqrt(1 - b2**t) / (np.sqrt(v) + s["eps"])


@rule(optim.Adamax, betas=(0.9, 0.999), eps=1e-8)
def adamax(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    b1, b2 = s["betas"]
    p, g = decay(s, p, g)
    m = mean(memory, "m", b1, g)
    memory["u"] = np.maximum(b2 * memory.get("u", 0.0), abs(g) + s["eps"])
    return p - s["lr"] / (1 - b1**t) * m / memory["u"]


@rule(optim.Adagrad, lr_decay=0.0, eps=1e-10, initial_accumulator_value=0.0)
def adagrad(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    p, g = decay(s, p, g)
    memory["s"] = memory.get("s", s["initial_accumulator_value"]) + g**2
    return p - s["lr"] / (1 + (t - 1) * s["lr_decay"]) * g / (np.sqrt(memory["s"]) + s["eps"])


@rule(optim.Adadelta, rho=0.9, eps=1e-6)
def adadelta(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    p, g = decay(s, p, g)
    v = mean(memory, "v", s["rho"], g**2)
    d = np.sqrt(memory.get("u", 0.0) + s["eps"]) / np.sqrt(v + s["eps"]) * g
    mean(memory, "u", s["rho"], d**2)
    return p - s["lr"] * d


@rule(optim.RMSprop, alpha=0.99, eps=1e-8, momentum=0.0, centered=False)
def rmsprop(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    p, g = decay(s, p, g)
    v = mean(memory, "v", s["alpha"], g**2)
    m = mean(memory, "m", s["alpha"], g) if s["centered"] else 0.0
    memory["b"] = s["momentum"] * memory.get("b", 0.0) + g / (np.sqrt(v - m**2) + s["eps"])
    return p - s["lr"] * memory["b"]


@rule(optim.Rprop, etas=(0.5, 1.2), step_sizes=(1e-6, 50.0))
def rprop(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    product = g * memory.get("g", 0.0)
    factor = np.array([s["etas"][1] if x > 0 else s["etas"][0] if x < 0 else 1.0 for x in product])
    memory["s"] = np.clip(memory.get("s", s["lr"]) * factor, *s["step_sizes"])
    memory["g"] = g * (product >= 0)
    return p - memory["s"] * np.sign(memory["g"])


@rule(optim.ASGD, lambd=1e-4, alpha=0.75, t0=1e6)
def asgd(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    p, g = decay(s, p, g)
    eta = s["lr"] / (1 + s["lambd"] * s["lr"] * (t - 1)) ** s["alpha"]
    return p - eta * (s["lambd"] * p + g)


@rule(optim.Lion, betas=(0.9, 0.99))
def lion(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    b1, b2 = s["betas"]
    direction = np.sign(b1 * memory.get("m", 0.0) + (1 - b1) * g)
    mean(memory, "m", b2, g)
    return p - s["lr"] * (direction + s["weight_decay"] * p)


def rms(x: Any) -> float:
    return float(np.sqrt(np.mean(x**2)))


@rule(optim.Adafactor, lr=1e-2, beta2_decay=-0.8, eps=(None, 1e-3), d=1.0)
def adafactor(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    eps1 = np.finfo(p.dtype).eps if s["eps"][0] is None else s["eps"][0]
    forget = 1 - t ** s["beta2_decay"]
    if p.ndim > 1:
        r = mean(memory, "r", forget, (g**2).mean(-1))
        c = mean(memory, "c", forget, (g**2).mean(-2))
        v = np.einsum("...i,...j->...ij", r, c) / np.maximum(r.mean(-1), eps1)[..., None, None]
    else:
        v = mean(memory, "v", forget, g**2)
    u = g / np.maximum(np.sqrt(v), eps1)
    size = max(s["eps"][1], rms(p)) * min(s["lr"], 1 / np.sqrt(t)) / max(1, rms(u) / s["d"])
    return p - s["lr"] * s["weight_decay"] * p - size * u


@rule(
    optim.Muon,
    momentum=0.95,
    nesterov=True,
    ns_coefficients=(3.4445, -4.775, 2.0315),
    ns_steps=5,
    eps=1e-7,
    adjust_lr_fn=None,
)
def muon(s: Settings, t: int, p: Any, g: Any, memory: Any) -> Any:
    b = mean(memory, "b", s["momentum"], g)
    d = s["momentum"] * b + (1 - s["momentum"]) * g if s["nesterov"] else b
    u, values, v = np.linalg.svd(d, full_matrices=False)
    values = values / max(np.linalg.norm(values), s["eps"])
    a, b, c = s["ns_coefficients"]
    for _ in range(s["ns_steps"]):  # the polynomial, of each singular value
        values = a * values + b * values**3 + c * values**5
    rows, columns = p.shape
    ratio = np.sqrt(max(1, rows / columns))
    if s["adjust_lr_fn"] == "match_rms_adamw":
        ratio = 0.2 * np.sqrt(max(rows, columns))
    return p - s["lr"] * s["weight_decay"] * p - s["lr"] * ratio * (u * values) @ v
