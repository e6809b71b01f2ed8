"""Helpers around training: clipping of gradients, parameters as one vector, parametrizations."""

from grad_nn.utils import parametrizations as parametrizations
from grad_nn.utils import parametrize as parametrize
from grad_nn.utils import rnn as rnn
from grad_nn.utils.clip_grad import clip_grad_norm_ as clip_grad_norm_
from grad_nn.utils.clip_grad import clip_grad_value_ as clip_grad_value_
from grad_nn.utils.clip_grad import clip_grads_with_norm_ as clip_grads_with_norm_
from grad_nn.utils.clip_grad import get_total_norm as get_total_norm
from grad_nn.utils.convert_parameters import parameters_to_vector as parameters_to_vector
from grad_nn.utils.convert_parameters import vector_to_parameters as vector_to_parameters
from grad_nn.utils.fusion import fuse_conv_bn_eval as fuse_conv_bn_eval
from grad_nn.utils.fusion import fuse_conv_bn_weights as fuse_conv_bn_weights
from grad_nn.utils.fusion import fuse_linear_bn_eval as fuse_linear_bn_eval
from grad_nn.utils.fusion import fuse_linear_bn_weights as fuse_linear_bn_weights
