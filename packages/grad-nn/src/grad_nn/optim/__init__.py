"""Optimizers: how parameters follow their gradients."""

from grad_nn.optim.adam import Adam as Adam
from grad_nn.optim.adam import AdamGroup as AdamGroup
from grad_nn.optim.adam import AdamOptions as AdamOptions
from grad_nn.optim.adam import AdamW as AdamW
from grad_nn.optim.grouped import GroupedOptimizer as GroupedOptimizer
from grad_nn.optim.groups import GroupOptions as GroupOptions
from grad_nn.optim.groups import ParamGroup as ParamGroup
from grad_nn.optim.groups import Params as Params
from grad_nn.optim.optimizer import Optimizer as Optimizer
from grad_nn.optim.optimizer import OptimizerStateDict as OptimizerStateDict
from grad_nn.optim.parameterwise import ParameterwiseOptimizer as ParameterwiseOptimizer
from grad_nn.optim.sgd import SGD as SGD
from grad_nn.optim.sgd import SGDGroup as SGDGroup
from grad_nn.optim.sgd import SGDOptions as SGDOptions
