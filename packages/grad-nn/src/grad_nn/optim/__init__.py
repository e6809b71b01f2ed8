"""Optimizers: how parameters follow their gradients."""

from grad_nn.optim.adam import Adam as Adam
from grad_nn.optim.adam import AdamW as AdamW
from grad_nn.optim.optimizer import Optimizer as Optimizer
from grad_nn.optim.optimizer import State as State
from grad_nn.optim.sgd import SGD as SGD
