"""Schedulers: how learning rates change during training."""

from grad_nn.optim.lr_scheduler.compositions import ChainedScheduler as ChainedScheduler
from grad_nn.optim.lr_scheduler.compositions import SequentialLR as SequentialLR
from grad_nn.optim.lr_scheduler.compositions import WarmupLR as WarmupLR
from grad_nn.optim.lr_scheduler.cosine import CosineAnnealingLR as CosineAnnealingLR
from grad_nn.optim.lr_scheduler.cosine import (
    CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts,
)
from grad_nn.optim.lr_scheduler.cyclic import CyclicLR as CyclicLR
from grad_nn.optim.lr_scheduler.lambdas import LambdaLR as LambdaLR
from grad_nn.optim.lr_scheduler.lambdas import MultiplicativeLR as MultiplicativeLR
from grad_nn.optim.lr_scheduler.one_cycle import OneCycleLR as OneCycleLR
from grad_nn.optim.lr_scheduler.plateau import ReduceLROnPlateau as ReduceLROnPlateau
from grad_nn.optim.lr_scheduler.ramps import ConstantLR as ConstantLR
from grad_nn.optim.lr_scheduler.ramps import LinearLR as LinearLR
from grad_nn.optim.lr_scheduler.ramps import PolynomialLR as PolynomialLR
from grad_nn.optim.lr_scheduler.scheduler import LRScheduler as LRScheduler
from grad_nn.optim.lr_scheduler.scheduler import Scheduler as Scheduler
from grad_nn.optim.lr_scheduler.steps import ExponentialLR as ExponentialLR
from grad_nn.optim.lr_scheduler.steps import MultiStepLR as MultiStepLR
from grad_nn.optim.lr_scheduler.steps import StepLR as StepLR
