"""What of PyTorch's `torch.nn` is not here, and where the two differ: for people and for tests.

A listed difference that no longer differs is an error, too.
"""

from __future__ import annotations

from tests.conformance.rows import ALL, EVERY, EXACT, REAL, Difference

# Functions whose results are random: their tests are in tests/nn, those of dropout that is off in
# test_torch_dropout.py
RANDOM: tuple[str, ...] = (
    "nn.functional.alpha_dropout",
    "nn.functional.dropout",
    "nn.functional.dropout2d",
    "nn.functional.dropout3d",
    "nn.functional.feature_alpha_dropout.with_train",
    "nn.functional.feature_alpha_dropout.without_train",
    "nn.functional.fractional_max_pool2d",
    "nn.functional.fractional_max_pool3d",
    "nn.functional.rrelu",
)

# Variants that PyTorch has on a GPU only, of functions that are compared
ON_A_GPU: tuple[str, ...] = ("nn.functional.batch_norm.without_cudnn",)

# Of `op_db`; see differences.py
FUNCTIONS: dict[str, list[Difference]] = {
    "PyTorch has no second derivative": [
        Difference("nn.functional.ctc_loss", "float64", "second", ALL),
    ],
    "Rounding: the softmax of scores of thousands, in float32; see ROUNDED": [
        Difference("nn.functional.multi_head_attention_forward", "float32", "value", (127, 174)),
    ],
    "Not defined for complex numbers here; PyTorch takes the mean of x^2, which is complex.": [
        Difference("nn.functional.rms_norm", "complex128", "value", ALL),
    ],
    "A batch has a first axis and channels; PyTorch takes one axis, as long as it is empty.": [
        Difference("nn.functional.batch_norm", REAL, "value", (3, 4)),
    ],
    "PyTorch multiplies by 1/6 in single precision": [
        Difference("nn.functional.hardsigmoid", "float64", "first", [0]),
    ],
    "A negative eps, which would make NaN of a small variance, is refused here.": [
        Difference("nn.functional.group_norm", REAL, "value", (4, 5, 6, 7)),
        Difference("nn.functional.layer_norm", REAL, "value", (1,)),
        Difference("nn.functional.rms_norm", REAL, "value", (1,)),
    ],
}

# Of these, whether a listed sample differs depends on the processor
ROUNDED = {("nn.functional.multi_head_attention_forward", "float32")}

# Modules of `module_db` that are not here, by reason
MODULES_NOT_OURS: dict[str, str] = {
    "a size that is found on the first call: a type checker, and an optimizer, would not know it": """
        LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d
        LazyConvTranspose3d
    """,
}

# Of `module_db`: (module, training or evaluating or both, stage, samples), by reason
MODULES: dict[str, list[Difference]] = {
    "PyTorch has no second derivative": [
        Difference("MultiMarginLoss", "train eval", "second", ALL),
        Difference("MultiLabelMarginLoss", "train eval", "second", ALL),
    ],
    "PyTorch has no second derivative, or without a reduction not even a first one, of chunks": [
        Difference(
            "LinearCrossEntropyLoss", "train eval", "second", (176, 329, 505, 637, 812, 856)
        ),
        Difference("LinearCrossEntropyLoss", "train eval", "first", (241, 439, 680, 702)),
    ],
    "The gradient of the formula here; PyTorch's is right only by way of log_softmax": [
        Difference("CTCLoss", "train eval", "first", ALL),
    ],
}

__all__ = [
    "ALL",
    "EVERY",
    "EXACT",
    "FUNCTIONS",
    "MODULES",
    "MODULES_NOT_OURS",
    "ON_A_GPU",
    "RANDOM",
    "REAL",
]
