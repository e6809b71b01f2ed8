"""Optimizers: how parameters follow their gradients."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grad_nn.optim import lr_scheduler as lr_scheduler
    from grad_nn.optim import swa_utils as swa_utils
    from grad_nn.optim.adadelta import Adadelta as Adadelta
    from grad_nn.optim.adadelta import AdadeltaGroup as AdadeltaGroup
    from grad_nn.optim.adadelta import AdadeltaOptions as AdadeltaOptions
    from grad_nn.optim.adafactor import Adafactor as Adafactor
    from grad_nn.optim.adafactor import AdafactorGroup as AdafactorGroup
    from grad_nn.optim.adafactor import AdafactorOptions as AdafactorOptions
    from grad_nn.optim.adagrad import Adagrad as Adagrad
    from grad_nn.optim.adagrad import AdagradGroup as AdagradGroup
    from grad_nn.optim.adagrad import AdagradOptions as AdagradOptions
    from grad_nn.optim.adam import Adam as Adam
    from grad_nn.optim.adam import AdamGroup as AdamGroup
    from grad_nn.optim.adam import AdamOptions as AdamOptions
    from grad_nn.optim.adam import AdamW as AdamW
    from grad_nn.optim.adamax import Adamax as Adamax
    from grad_nn.optim.adamax import AdamaxGroup as AdamaxGroup
    from grad_nn.optim.adamax import AdamaxOptions as AdamaxOptions
    from grad_nn.optim.asgd import ASGD as ASGD
    from grad_nn.optim.asgd import ASGDGroup as ASGDGroup
    from grad_nn.optim.asgd import ASGDOptions as ASGDOptions
    from grad_nn.optim.elementwise import ElementwiseOptimizer as ElementwiseOptimizer
    from grad_nn.optim.grouped import GroupedOptimizer as GroupedOptimizer
    from grad_nn.optim.groups import GroupOptions as GroupOptions
    from grad_nn.optim.groups import ParamGroup as ParamGroup
    from grad_nn.optim.groups import Params as Params
    from grad_nn.optim.lbfgs import LBFGS as LBFGS
    from grad_nn.optim.lbfgs import LBFGSGroup as LBFGSGroup
    from grad_nn.optim.lbfgs import LBFGSOptions as LBFGSOptions
    from grad_nn.optim.lion import Lion as Lion
    from grad_nn.optim.lion import LionGroup as LionGroup
    from grad_nn.optim.lion import LionOptions as LionOptions
    from grad_nn.optim.muon import Muon as Muon
    from grad_nn.optim.muon import MuonGroup as MuonGroup
    from grad_nn.optim.muon import MuonOptions as MuonOptions
    from grad_nn.optim.nadam import NAdam as NAdam
    from grad_nn.optim.nadam import NAdamGroup as NAdamGroup
    from grad_nn.optim.nadam import NAdamOptions as NAdamOptions
    from grad_nn.optim.optimizer import Optimizer as Optimizer
    from grad_nn.optim.optimizer import OptimizerStateDict as OptimizerStateDict
    from grad_nn.optim.parameterwise import ParameterwiseOptimizer as ParameterwiseOptimizer
    from grad_nn.optim.radam import RAdam as RAdam
    from grad_nn.optim.radam import RAdamGroup as RAdamGroup
    from grad_nn.optim.radam import RAdamOptions as RAdamOptions
    from grad_nn.optim.rmsprop import RMSprop as RMSprop
    from grad_nn.optim.rmsprop import RMSpropGroup as RMSpropGroup
    from grad_nn.optim.rmsprop import RMSpropOptions as RMSpropOptions
    from grad_nn.optim.rprop import Rprop as Rprop
    from grad_nn.optim.rprop import RpropGroup as RpropGroup
    from grad_nn.optim.rprop import RpropOptions as RpropOptions
    from grad_nn.optim.sgd import SGD as SGD
    from grad_nn.optim.sgd import SGDGroup as SGDGroup
    from grad_nn.optim.sgd import SGDOptions as SGDOptions
else:
    from grad_core import lazy  # the package first, or threads that import both wait for each other
    from grad_nn.exports import EXPORTS

    lazy.attach(__name__, EXPORTS[__name__])
    del lazy
