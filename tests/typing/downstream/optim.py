"""The types of optimizers, schedulers and averages, exactly."""

from __future__ import annotations

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import grad_nn as nn
from grad_core import Tensor
from grad_nn import optim
from grad_nn.optim import lr_scheduler, swa_utils

FloatArray = NDArray[np.floating]
layer = nn.Linear(2, 3)
x = Tensor([[1.0, 2.0]])

# ------------------------------------------------------------------------ parameters and groups

optim.SGD(layer.parameters(), lr=0.1)
optim.SGD(layer.named_parameters(), lr=0.1)
optim.SGD([("weight", layer.weight)], momentum=0.9)
optim.SGD([{"params": layer.weight, "lr": 0.1}, {"params": layer.parameters(), "nesterov": True}])
groups: list[optim.AdamOptions] = [{"params": [layer.weight], "betas": (0.9, 0.99)}]
adam = optim.Adam(groups)
adam.add_param_group({"params": layer.named_parameters(), "amsgrad": True})
optim.AdamW([{"params": layer.weight, "weight_decay": 0.0}])
optim.RMSprop([{"params": layer.weight, "alpha": 0.9, "centered": True}])
optim.Adafactor(layer.parameters(), eps=(None, 1e-3))
optim.Muon([layer.weight], adjust_lr_fn="match_rms_adamw")

assert_type(adam.param_groups, list[optim.AdamGroup])
assert_type(adam.param_groups[0]["betas"], tuple[float, float])
assert_type(adam.param_groups[0]["params"], list[Tensor])
assert_type(adam.state[layer.weight]["step"], int)
assert_type(adam.state[layer.weight]["exp_avg"], FloatArray)
assert_type(adam.state[layer.weight]["max_exp_avg_sq"], FloatArray | None)
adam.param_groups[0]["lr"] = 0.5

adam.param_groups[0]["lr"] = "0.5"  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]
adam.param_groups[0]["momentum"] = 0.5  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportGeneralTypeIssues]
adam.add_param_group({"params": layer.weight, "rho": 0.9})  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportArgumentType]
adam.add_param_group({"lr": 0.9})  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]
optim.Muon([layer.weight], adjust_lr_fn="adam")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# ------------------------------------------------------------------------ any optimizer


def train(optimizer: optim.Optimizer, scheduler: lr_scheduler.LRScheduler) -> None:
    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = layer(x).sum()
        loss.backward()
        return loss

    assert_type(optimizer.step(closure), Tensor)
    assert_type(optimizer.step(lambda: 1.0), float)
    assert_type(optimizer.step(), None)
    assert_type(optimizer.param_groups[0]["lr"], float)
    assert_type(optimizer.state_dict(), optim.OptimizerStateDict)
    optimizer.load_state_dict(optimizer.state_dict())
    assert_type(scheduler.step(), None)
    assert_type(scheduler.get_last_lr(), list[float])
    scheduler.load_state_dict(scheduler.state_dict())


def watched(optimizer: optim.Optimizer, args: object, kwargs: object) -> None: ...


with adam.register_step_pre_hook(watched):
    train(adam, lr_scheduler.LambdaLR(adam, lambda epoch: 0.5**epoch))
train(adam, lr_scheduler.WarmupLR(lr_scheduler.CosineAnnealingLR(adam, 9), 3))
train(adam, lr_scheduler.SequentialLR(adam, [lr_scheduler.StepLR(adam, 3)], []))
plateau = lr_scheduler.ReduceLROnPlateau(adam, "max")
plateau.step(layer(x).sum())

plateau.step()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
train(adam, plateau)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
lr_scheduler.ReduceLROnPlateau(adam, "least")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# ------------------------------------------------------------------------ averages


class Scaled(nn.Module):
    def forward(self, inputs: Tensor, *, scale: float = 1.0) -> tuple[Tensor, float]:
        return inputs * scale, scale


averaged = swa_utils.AveragedModel(Scaled(), multi_avg_fn=swa_utils.get_ema_multi_avg_fn(0.99))
assert_type(averaged(x, scale=2.0), tuple[Tensor, float])
assert_type(averaged.module.state_dict(), dict[str, FloatArray])
averaged.update_parameters(Scaled())
swa_utils.AveragedModel(layer, avg_fn=lambda average, current, n: average + (current - average) / n)
swa_utils.update_bn([x, (x, "label")], nn.Sequential(layer, nn.BatchNorm1d(3)))

averaged(x, scale="2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
swa_utils.AveragedModel(1.0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# ------------------------------------------------------------------------ one's own


class Signs(optim.ParameterwiseOptimizer[optim.ParamGroup, optim.GroupOptions, dict[str, object]]):
    """The sign of the gradient."""

    def __init__(self, params: optim.Params[optim.GroupOptions], lr: float) -> None:
        super().__init__(params, {"params": [], "lr": lr, "maximize": False})

    def check(self, group: optim.ParamGroup) -> None:
        self.require_numbers(lr=group["lr"])

    def initial(self, p: FloatArray, group: optim.ParamGroup) -> dict[str, object]:
        return {}

    def updated(
        self,
        p: FloatArray,
        g: FloatArray,
        state: dict[str, object],
        group: optim.ParamGroup,
    ) -> FloatArray:
        return p - group["lr"] * np.sign(g)


class Steps(optim.ElementwiseOptimizer[optim.ParamGroup, optim.GroupOptions, dict[str, object]]):
    """The same, of many parameters at once."""

    def check(self, group: optim.ParamGroup) -> None:
        self.require_numbers(lr=group["lr"])

    def initial(self, p: FloatArray, group: optim.ParamGroup) -> dict[str, object]:
        return {}

    def updated(
        self,
        p: FloatArray,
        g: FloatArray,
        state: dict[str, object],
        group: optim.ParamGroup,
        out: FloatArray,
    ) -> FloatArray:
        return np.subtract(p, group["lr"] * np.sign(g), out=out)


assert_type(Signs(layer.parameters(), 0.1).param_groups, list[optim.ParamGroup])
assert_type(
    Steps(layer.parameters(), {"params": [], "lr": 0.1, "maximize": False}).param_groups,
    list[optim.ParamGroup],
)
