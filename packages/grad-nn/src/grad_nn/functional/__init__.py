"""The layers and losses as functions, with PyTorch's names."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grad_nn.functional.activation.exponential import celu as celu
    from grad_nn.functional.activation.exponential import celu_ as celu_
    from grad_nn.functional.activation.exponential import elu as elu
    from grad_nn.functional.activation.exponential import elu_ as elu_
    from grad_nn.functional.activation.exponential import selu as selu
    from grad_nn.functional.activation.exponential import selu_ as selu_
    from grad_nn.functional.activation.exponential import softplus as softplus
    from grad_nn.functional.activation.gates import gelu as gelu
    from grad_nn.functional.activation.gates import hardswish as hardswish
    from grad_nn.functional.activation.gates import mish as mish
    from grad_nn.functional.activation.gates import silu as silu
    from grad_nn.functional.activation.glu import glu as glu
    from grad_nn.functional.activation.rectifiers import hardtanh as hardtanh
    from grad_nn.functional.activation.rectifiers import hardtanh_ as hardtanh_
    from grad_nn.functional.activation.rectifiers import leaky_relu as leaky_relu
    from grad_nn.functional.activation.rectifiers import leaky_relu_ as leaky_relu_
    from grad_nn.functional.activation.rectifiers import prelu as prelu
    from grad_nn.functional.activation.rectifiers import relu as relu
    from grad_nn.functional.activation.rectifiers import relu6 as relu6
    from grad_nn.functional.activation.rectifiers import relu_ as relu_
    from grad_nn.functional.activation.rectifiers import rrelu as rrelu
    from grad_nn.functional.activation.rectifiers import rrelu_ as rrelu_
    from grad_nn.functional.activation.rectifiers import threshold as threshold
    from grad_nn.functional.activation.rectifiers import threshold_ as threshold_
    from grad_nn.functional.activation.shrinkage import hardshrink as hardshrink
    from grad_nn.functional.activation.shrinkage import softshrink as softshrink
    from grad_nn.functional.activation.shrinkage import tanhshrink as tanhshrink
    from grad_nn.functional.activation.sigmoids import hardsigmoid as hardsigmoid
    from grad_nn.functional.activation.sigmoids import logsigmoid as logsigmoid
    from grad_nn.functional.activation.sigmoids import sigmoid as sigmoid
    from grad_nn.functional.activation.sigmoids import softsign as softsign
    from grad_nn.functional.activation.sigmoids import tanh as tanh
    from grad_nn.functional.activation.softmax import gumbel_softmax as gumbel_softmax
    from grad_nn.functional.activation.softmax import log_softmax as log_softmax
    from grad_nn.functional.activation.softmax import softmax as softmax
    from grad_nn.functional.activation.softmax import softmin as softmin
    from grad_nn.functional.affine import bilinear as bilinear
    from grad_nn.functional.affine import linear as linear
    from grad_nn.functional.attention import (
        scaled_dot_product_attention as scaled_dot_product_attention,
    )
    from grad_nn.functional.channel_norm import batch_norm as batch_norm
    from grad_nn.functional.channel_norm import instance_norm as instance_norm
    from grad_nn.functional.convolution.convolution import conv1d as conv1d
    from grad_nn.functional.convolution.convolution import conv2d as conv2d
    from grad_nn.functional.convolution.convolution import conv3d as conv3d
    from grad_nn.functional.convolution.convolution import conv_tbc as conv_tbc
    from grad_nn.functional.convolution.folding import fold as fold
    from grad_nn.functional.convolution.folding import unfold as unfold
    from grad_nn.functional.convolution.transposed import conv_transpose1d as conv_transpose1d
    from grad_nn.functional.convolution.transposed import conv_transpose2d as conv_transpose2d
    from grad_nn.functional.convolution.transposed import conv_transpose3d as conv_transpose3d
    from grad_nn.functional.distance import cosine_similarity as cosine_similarity
    from grad_nn.functional.distance import normalize as normalize
    from grad_nn.functional.distance import pairwise_distance as pairwise_distance
    from grad_nn.functional.distance import pdist as pdist
    from grad_nn.functional.dropouts import alpha_dropout as alpha_dropout
    from grad_nn.functional.dropouts import dropout as dropout
    from grad_nn.functional.dropouts import dropout1d as dropout1d
    from grad_nn.functional.dropouts import dropout2d as dropout2d
    from grad_nn.functional.dropouts import dropout3d as dropout3d
    from grad_nn.functional.dropouts import feature_alpha_dropout as feature_alpha_dropout
    from grad_nn.functional.embedding_bags import BagMode as BagMode
    from grad_nn.functional.embedding_bags import embedding_bag as embedding_bag
    from grad_nn.functional.embeddings import embedding as embedding
    from grad_nn.functional.embeddings import one_hot as one_hot
    from grad_nn.functional.loss.binary import binary_cross_entropy as binary_cross_entropy
    from grad_nn.functional.loss.binary import (
        binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
    )
    from grad_nn.functional.loss.binary import (
        multilabel_soft_margin_loss as multilabel_soft_margin_loss,
    )
    from grad_nn.functional.loss.binary import soft_margin_loss as soft_margin_loss
    from grad_nn.functional.loss.classification import cross_entropy as cross_entropy
    from grad_nn.functional.loss.classification import nll_loss as nll_loss
    from grad_nn.functional.loss.ctc import ctc_loss as ctc_loss
    from grad_nn.functional.loss.embedding import cosine_embedding_loss as cosine_embedding_loss
    from grad_nn.functional.loss.embedding import triplet_margin_loss as triplet_margin_loss
    from grad_nn.functional.loss.embedding import (
        triplet_margin_with_distance_loss as triplet_margin_with_distance_loss,
    )
    from grad_nn.functional.loss.likelihood import gaussian_nll_loss as gaussian_nll_loss
    from grad_nn.functional.loss.likelihood import kl_div as kl_div
    from grad_nn.functional.loss.likelihood import poisson_nll_loss as poisson_nll_loss
    from grad_nn.functional.loss.linear_cross_entropy import (
        linear_cross_entropy as linear_cross_entropy,
    )
    from grad_nn.functional.loss.margin import hinge_embedding_loss as hinge_embedding_loss
    from grad_nn.functional.loss.margin import margin_ranking_loss as margin_ranking_loss
    from grad_nn.functional.loss.margin import multi_margin_loss as multi_margin_loss
    from grad_nn.functional.loss.margin import multilabel_margin_loss as multilabel_margin_loss
    from grad_nn.functional.loss.reduction import Reduction as Reduction
    from grad_nn.functional.loss.regression import huber_loss as huber_loss
    from grad_nn.functional.loss.regression import l1_loss as l1_loss
    from grad_nn.functional.loss.regression import mse_loss as mse_loss
    from grad_nn.functional.loss.regression import smooth_l1_loss as smooth_l1_loss
    from grad_nn.functional.multihead import (
        multi_head_attention_forward as multi_head_attention_forward,
    )
    from grad_nn.functional.normalization import group_norm as group_norm
    from grad_nn.functional.normalization import layer_norm as layer_norm
    from grad_nn.functional.normalization import rms_norm as rms_norm
    from grad_nn.functional.padding import PadMode as PadMode
    from grad_nn.functional.padding import pad as pad
    from grad_nn.functional.pooling.adaptive import adaptive_avg_pool1d as adaptive_avg_pool1d
    from grad_nn.functional.pooling.adaptive import adaptive_avg_pool2d as adaptive_avg_pool2d
    from grad_nn.functional.pooling.adaptive import adaptive_avg_pool3d as adaptive_avg_pool3d
    from grad_nn.functional.pooling.adaptive import adaptive_max_pool1d as adaptive_max_pool1d
    from grad_nn.functional.pooling.adaptive import (
        adaptive_max_pool1d_with_indices as adaptive_max_pool1d_with_indices,
    )
    from grad_nn.functional.pooling.adaptive import adaptive_max_pool2d as adaptive_max_pool2d
    from grad_nn.functional.pooling.adaptive import (
        adaptive_max_pool2d_with_indices as adaptive_max_pool2d_with_indices,
    )
    from grad_nn.functional.pooling.adaptive import adaptive_max_pool3d as adaptive_max_pool3d
    from grad_nn.functional.pooling.adaptive import (
        adaptive_max_pool3d_with_indices as adaptive_max_pool3d_with_indices,
    )
    from grad_nn.functional.pooling.average import avg_pool1d as avg_pool1d
    from grad_nn.functional.pooling.average import avg_pool2d as avg_pool2d
    from grad_nn.functional.pooling.average import avg_pool3d as avg_pool3d
    from grad_nn.functional.pooling.fractional import fractional_max_pool2d as fractional_max_pool2d
    from grad_nn.functional.pooling.fractional import (
        fractional_max_pool2d_with_indices as fractional_max_pool2d_with_indices,
    )
    from grad_nn.functional.pooling.fractional import fractional_max_pool3d as fractional_max_pool3d
    from grad_nn.functional.pooling.fractional import (
        fractional_max_pool3d_with_indices as fractional_max_pool3d_with_indices,
    )
    from grad_nn.functional.pooling.max import max_pool1d as max_pool1d
    from grad_nn.functional.pooling.max import max_pool1d_with_indices as max_pool1d_with_indices
    from grad_nn.functional.pooling.max import max_pool2d as max_pool2d
    from grad_nn.functional.pooling.max import max_pool2d_with_indices as max_pool2d_with_indices
    from grad_nn.functional.pooling.max import max_pool3d as max_pool3d
    from grad_nn.functional.pooling.max import max_pool3d_with_indices as max_pool3d_with_indices
    from grad_nn.functional.pooling.norm import lp_pool1d as lp_pool1d
    from grad_nn.functional.pooling.norm import lp_pool2d as lp_pool2d
    from grad_nn.functional.pooling.norm import lp_pool3d as lp_pool3d
    from grad_nn.functional.pooling.unpool import max_unpool1d as max_unpool1d
    from grad_nn.functional.pooling.unpool import max_unpool2d as max_unpool2d
    from grad_nn.functional.pooling.unpool import max_unpool3d as max_unpool3d
    from grad_nn.functional.response_norm import local_response_norm as local_response_norm
    from grad_nn.functional.vision.grid import affine_grid as affine_grid
    from grad_nn.functional.vision.grid import grid_sample as grid_sample
    from grad_nn.functional.vision.interpolate import interpolate as interpolate
    from grad_nn.functional.vision.interpolate import upsample as upsample
    from grad_nn.functional.vision.interpolate import upsample_bilinear as upsample_bilinear
    from grad_nn.functional.vision.interpolate import upsample_nearest as upsample_nearest
    from grad_nn.functional.vision.shuffle import channel_shuffle as channel_shuffle
    from grad_nn.functional.vision.shuffle import pixel_shuffle as pixel_shuffle
    from grad_nn.functional.vision.shuffle import pixel_unshuffle as pixel_unshuffle
else:
    from grad_core import lazy  # the package first, or threads that import both wait for each other
    from grad_nn.exports import EXPORTS

    lazy.attach(__name__, EXPORTS[__name__])
    del lazy
