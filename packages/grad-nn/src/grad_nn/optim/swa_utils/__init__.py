"""Averages of weights: exponential (EMA) and stochastic weight averaging (SWA)."""

from grad_nn.optim.swa_utils.averaged_model import AveragedModel as AveragedModel
from grad_nn.optim.swa_utils.averages import get_ema_avg_fn as get_ema_avg_fn
from grad_nn.optim.swa_utils.averages import get_ema_multi_avg_fn as get_ema_multi_avg_fn
from grad_nn.optim.swa_utils.averages import get_swa_avg_fn as get_swa_avg_fn
from grad_nn.optim.swa_utils.averages import get_swa_multi_avg_fn as get_swa_multi_avg_fn
from grad_nn.optim.swa_utils.statistics import update_bn as update_bn
from grad_nn.optim.swa_utils.swa_lr import SWALR as SWALR
