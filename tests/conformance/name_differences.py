"""What of the names, arguments, methods and attributes of PyTorch is not here: for people and tests.

A table has reasons, and for each what it is the reason for: rows such as "nn: LazyLinear LazyConv1d".
What is listed, and is here after all, is an error, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Table = Mapping[str, Iterable[str]]


def spread(table: Table) -> set[str]:
    """All that a table lists: "nn.LazyLinear", and so on."""
    rows = [row.split(": ") for rows in table.values() for row in rows]
    return {f"{owner}.{name}" for owner, found in rows for name in found.split()}


# Modules of PyTorch beside `nn`, `optim` and `utils.data` of which no name is here
NAMESPACES: Table = {
    "Choices between ways to compute attention; here is one": ["nn: attention"],
    "How PyTorch is made, or where its classes are defined": [
        "nn: backends common_types cpp modules parameter",
        "nn.utils: clip_grad convert_parameters fusion init memory_format",
        "optim: adadelta adagrad adam adamax adamw asgd lbfgs nadam optimizer radam rmsprop rprop sgd",
        "optim: sparse_adam",
        "utils.data: backward_compatibility dataloader dataset distributed graph graph_settings sampler",
    ],
    "Quantization": ["nn: intrinsic qat quantizable quantized"],
    "Several GPUs": ["nn: parallel"],
    "Gradients of convolutions: those of `functional.conv2d` are differentiated as all others": [
        "nn: grad",
    ],
    "Zeros in weights: no product of matrices is faster for them here": ["nn.utils: prune"],
    "By their older names; see the parametrizations": ["nn.utils: spectral_norm weight_norm"],
    "`functional_call`, which is `torch.func.functional_call`, is in `nn` itself": [
        "nn.utils: stateless",
    ],
    "Datapipes are no longer developed there": ["utils.data: datapipes"],
}

# Names
NAMES: Table = {
    "Sizes are given: what a Module has, it has from the start, and a type checker knows it": [
        "nn: LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d",
        "nn: LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d",
        "nn: LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear UninitializedBuffer UninitializedParameter",
    ],
    "Several GPUs or processes": [
        "nn: DataParallel SyncBatchNorm",
        "utils.data: DistributedSampler",
    ],
    "Matrices of a few bits, for GPUs": [
        "nn.functional: grouped_mm scaled_grouped_mm scaled_mm ScalingType SwizzleType",
    ],
    "Deprecated there": [
        "nn: Container NLLLoss2d",
        "nn.init: constant dirac eye kaiming_normal kaiming_uniform normal orthogonal sparse uniform",
        "nn.init: xavier_normal xavier_uniform",
        "nn.utils: clip_grad_norm",
    ],
    "`utils.parametrizations.weight_norm` and `spectral_norm`, and `parametrize`, are what replaces them": [
        "nn.utils: remove_spectral_norm remove_weight_norm spectral_norm weight_norm",
    ],
    "`LocalResponseNorm`; this one sums over other channels than it says": ["nn: CrossMapLRN2d"],
    "`channel_shuffle` does this": ["nn.functional: native_channel_shuffle"],
    "Memory with the channels last: convolutions see to it": [
        "nn.utils: convert_conv2d_weight_memory_format convert_conv3d_weight_memory_format",
    ],
    "`init_method=Zeros()` draws nothing, and takes no time": ["nn.utils: skip_init"],
    "No sparse arrays": ["optim: SparseAdam"],
    "For graphs that PyTorch compiles": ["optim: swap_in_optimizer_params_and_state"],
    "Without a batch size, samples are as the dataset has them": ["utils.data: default_convert"],
    "Datapipes are no longer developed there": [
        "utils.data: DFIterDataPipe DataChunk IterDataPipe MapDataPipe argument_validation",
        "utils.data: functional_datapipe guaranteed_datapipes_determinism non_deterministic runtime_validation",
        "utils.data: runtime_validation_disabled",
    ],
    "No functions of neural networks": [
        "nn: factory_kwargs",
        "nn.functional: assert_int_or_pair boolean_dispatch handle_torch_function has_torch_function",
        "nn.functional: has_torch_function_unary has_torch_function_variadic",
    ],
}

# Arguments that no function and no class takes
NOWHERE: dict[str, str] = {
    "device": "there is the CPU",
    "size_average": "deprecated there; see `reduction`",
    "reduce": "likewise",
    "_stacklevel": "no argument of users",
    "foreach": "how PyTorch computes, not what",
    "fused": "likewise",
    "capturable": "likewise",
    "differentiable": "a step is outside of graphs; `functional_call` is for steps with gradients",
    "sparse": "there are no sparse arrays",
    "verbose": "deprecated there",
    "epoch": "likewise; a scheduler counts",
    "pin_memory": "for a GPU",
    "pin_memory_device": "likewise",
    "non_blocking": "likewise",
    "out": "results are new Tensors",
}

# Arguments that have another name
RENAMED: dict[str, str] = {"generator": "rng"}

# Arguments of functions, classes and methods: not taken, or other than there
ARGUMENTS: Table = {
    "`from_pretrained` takes the vectors": [
        "nn.Embedding: _weight _freeze",
        "nn.EmbeddingBag: _weight",
    ],
    "There is no empty one": ["nn.Buffer: data"],
    "Arguments by position are the shape": ["nn.Parameter: data requires_grad"],
    "Deprecated there": ["nn.Hardtanh: min_value max_value", "nn.functional.gumbel_softmax: eps"],
    "The last axis; there it is guessed, with a warning that one should not rely on it": [
        "nn.LogSoftmax: dim",
        "nn.Softmax: dim",
        "nn.Softmin: dim",
        "nn.functional.log_softmax: dim",
        "nn.functional.softmax: dim",
        "nn.functional.softmin: dim",
    ],
    "How PyTorch computes it, not what": [
        "nn.LinearCrossEntropyOptions: allow_retain_graph chunking_method acc_policy acc_dtype",
    ],
    "It would be True": [
        f"nn.functional.{kind}_max_pool{n}d_with_indices: return_indices"
        for kind, axes in (("adaptive", (1, 2, 3)), ("fractional", (2, 3)))
        for n in axes
    ],
    "It would be True, too": [
        f"nn.functional.max_pool{n}d_with_indices: return_indices" for n in (1, 2, 3)
    ],
    "By keyword only there, too: it is missing in the line that was read": [
        "nn.functional.scaled_dot_product_attention: scale enable_gqa",
    ],
    "None for the default generator": ["utils.data.random_split: rng"],
    "Initializers take it by keyword": [
        f"nn.init.{name}_: rng"
        for name in [
            "uniform",
            "normal",
            "trunc_normal",
            "xavier_uniform",
            "xavier_normal",
            "kaiming_uniform",
            "kaiming_normal",
            "orthogonal",
            "sparse",
        ]
    ],
    "It cannot be left out there, either": ["nn.utils.rnn.PackedSequence: batch_sizes"],
    "An algorithm is a subclass of `ElementwiseOptimizer`, which takes them": [
        "optim.Optimizer: params defaults",
    ],
    "A dtype alone: there is no device": ["nn.Module.to: dtype"],
    "State is ndarrays, which nothing else has": [
        "nn.Module.state_dict: args destination keep_vars",
    ],
    "A Parameter is not made of nothing": [
        "nn.ParameterDict.fromkeys: default",
        "nn.ParameterDict.setdefault: default",
    ],
    "Batches come in order, so that a run can be repeated, and can go on in the middle": [
        "utils.data.DataLoader: in_order",
    ],
}

# Methods and properties
METHODS: Table = {
    "A subclass defines it": ["nn.Module: forward"],
    "There is the CPU": [
        "nn.Module: cpu cuda ipu mtia share_memory to_empty xpu",
        "nn.utils.rnn.PackedSequence: cpu cuda is_cuda is_pinned pin_memory",
        "optim.Adagrad: share_memory",
    ],
    "Nothing is compiled": ["nn.Module: compile"],
    "NumPy has no such numbers": ["nn.Module: bfloat16"],
    "`to` converts": ["nn.Module: type"],
    "Deprecated there": [
        "nn.Module: register_backward_hook",
        "utils.data.ConcatDataset: cummulative_sizes",
    ],
    "A dict can be changed before it is loaded, and after it was made": [
        "nn.Module: register_load_state_dict_post_hook register_load_state_dict_pre_hook",
        "nn.Module: register_state_dict_post_hook register_state_dict_pre_hook",
        "optim.Optimizer: register_load_state_dict_post_hook register_load_state_dict_pre_hook",
        "optim.Optimizer: register_state_dict_post_hook register_state_dict_pre_hook",
    ],
    "The algorithms have it, with the types of their settings": [
        "optim.Optimizer: add_param_group",
    ],
    "Types, or what only PyTorch itself calls": [
        "nn.LSTM: check_forward_args get_expected_cell_size permute_hidden",
        "nn.MultiheadAttention: merge_masks",
        "nn.RNNBase: check_forward_args check_hidden_size check_input get_expected_hidden_size",
        "nn.RNNBase: permute_hidden",
        "optim.Optimizer: OptimizerPostHook OptimizerPreHook profile_hook_step",
        "optim.lr_scheduler.SequentialLR: recursive_undo",
        "utils.data.ConcatDataset: cumsum",
        "utils.data.DataLoader: check_worker_number_rationality multiprocessing_context",
    ],
    "`packed._replace(data=...)` is for what is done to the numbers": [
        "nn.utils.rnn.PackedSequence: byte char double float half int long short to",
    ],
}

# Attributes of Modules, and settings of the groups of optimizers
ATTRIBUTES: Table = {
    "How PyTorch computes it": [
        "nn.TransformerEncoder: enable_nested_tensor use_nested_tensor mask_check",
        "nn.TransformerEncoderLayer: activation_relu_or_gelu",
    ],
    "No sparse arrays": ["nn.Embedding: sparse"],
    "Its bounds do not change": ["nn.ReLU6: min_val max_val"],
}
