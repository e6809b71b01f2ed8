"""What of PyTorch is not here, and where the two differ: read by people, checked by tests.

`NOT_OURS` and the table of `torch_ops.py` together name every operator of PyTorch's `op_db` once.
A listed difference that no longer differs is an error, too.
"""

from __future__ import annotations

from tests.conformance.rows import ALL, EVERY, EXACT, REAL, Difference

# Why, and which
NOT_OURS: dict[str, str] = {
    "a write to an argument: grad's results are new": """
        normal.in_place resize_ resize_as_ zero_
    """,
    "random: NumPy's generators make it": """
        bernoulli cauchy exponential geometric log_normal multinomial normal normal.number_mean
        rand_like randint randint_like randn randn_like uniform
    """,
    "memory: strides, flags and formats that NumPy has otherwise": """
        _chunk_cat alias_copy as_strided as_strided.partial_views as_strided_copy
        as_strided_scatter empty_permuted empty_strided new_empty_strided resolve_conj resolve_neg
    """,
    "a Python number: float(x), x.item()": "item",
    "a dtype that NumPy has not": "bfloat16 chalf",
    "sparse": "sparse.mm.reduce sparse.sampled_addmm to_sparse",
    "for a GPU": """
        bmm.triton_optimized jiterator_2inputs_2outputs jiterator_4inputs_with_extra_args
        jiterator_binary jiterator_binary_return_by_ref jiterator_unary torch._scaled_mm
        torch._scaled_mm_v2 torch.ops.aten._efficient_attention_forward
        torch.ops.aten._flash_attention_forward
    """,
    "inner: part of another operator of PyTorch": """
        _batch_norm_with_update _native_batch_norm_legit _segment_reduce.lengths
        _segment_reduce.offsets _softmax_backward_data _unsafe_masked_index
        _unsafe_masked_index_put_accumulate _upsample_bilinear2d_aa grid_sampler_2d grid_sampler_3d
        hash_tensor max_pool2d_with_indices_backward native_batch_norm native_dropout_backward
        native_group_norm native_layer_norm torch.ops.aten._safe_softmax.default
    """,
    "no gradient, and NumPy has it": "histogramdd unravel_index",
    "neither in NumPy nor in the array API": """
        cdist cumulative_trapezoid fft.hfft2 fft.hfftn fft.ihfft2 fft.ihfftn
        index_reduce.amax index_reduce.amin index_reduce.mean index_reduce.prod istft masked.median
        mode nonzero_static pca_lowrank scatter_reduce.amax scatter_reduce.amin scatter_reduce.mean
        scatter_reduce.prod scatter_reduce.sum stft svd_lowrank unique_consecutive
    """,
    "factorizations that only SciPy has": """
        geqrf linalg.householder_product linalg.ldl_factor linalg.ldl_factor_ex linalg.ldl_solve
        linalg.lu linalg.lu_factor linalg.lu_factor_ex linalg.lu_solve lu lu_solve lu_unpack
        matrix_exp ormqr
    """,
    "windows: NumPy has them": """
        signal.windows.bartlett signal.windows.blackman signal.windows.cosine
        signal.windows.exponential signal.windows.gaussian signal.windows.general_cosine
        signal.windows.general_hamming signal.windows.hamming signal.windows.hann
        signal.windows.kaiser signal.windows.nuttall
    """,
    "special functions without a gradient in PyTorch, either": """
        special.airy_ai special.bessel_y0 special.bessel_y1 special.chebyshev_polynomial_t
        special.chebyshev_polynomial_u special.chebyshev_polynomial_v
        special.chebyshev_polynomial_w special.hermite_polynomial_h special.hermite_polynomial_he
        special.laguerre_polynomial_l special.legendre_polynomial_p special.modified_bessel_k0
        special.modified_bessel_k1 special.scaled_modified_bessel_k0
        special.scaled_modified_bessel_k1 special.shifted_chebyshev_polynomial_t
        special.shifted_chebyshev_polynomial_u special.shifted_chebyshev_polynomial_v
        special.shifted_chebyshev_polynomial_w special.spherical_bessel_j0
    """,
}

# Where a mask of PyTorch's samples leaves nothing of a slice
NOTHING_LEFT = (37, 38, 41, 42, 43, 48, 49, 50, 51, 52, 70, 71)

DIFFERENCES: dict[str, list[Difference]] = {
    # -------------------------------------------------------------------- NumPy's results
    "float32 beside int32 is float64, as NumPy promotes them; PyTorch keeps float32.": [
        Difference("clamp", "float32", "value", (5, 6)),
    ],
    "np.cov, np.corrcoef and np.vander give float64 for float32; PyTorch keeps it.": [
        Difference("corrcoef", "float32", "value", ALL),
        Difference("cov", "float32", "value", ALL),
        Difference("linalg.vander", "float32", "value", range(1, 6)),
    ],
    "Variances of complex numbers are real, as NumPy's; PyTorch's masked ones have complex dtype.": [
        Difference("masked.std", "complex128", "value", ALL),
        Difference("masked.var", "complex128", "value", ALL),
    ],
    # -------------------------------------------------------------------- what is not taken
    "NumPy's ldexp takes integer exponents only, and all of these are floating.": [
        Difference("ldexp", EVERY, "value", ALL),
    ],
    "Not defined for complex numbers here, as in NumPy.": [
        Difference("logaddexp", "complex128", "value", ALL),
        Difference("logcumsumexp", "complex128", "value", ALL),
        Difference("logsumexp", "complex128", "value", ALL),
        Difference("masked.logsumexp", "complex128", "value", ALL),
        Difference("sigmoid", "complex128", "value", ALL),
    ],
    "NumPy's searchsorted takes one row of edges, PyTorch's one for each row.": [
        Difference("searchsorted", REAL, "value", range(128, 256)),
    ],
    "NumPy's lstsq takes one matrix, PyTorch's stacks of them.": [
        Difference("linalg.lstsq", EVERY, "value", range(12, 36)),
        Difference("linalg.lstsq.grad_oriented", EVERY, "value", range(12, 36)),
    ],
    "NumPy's vander takes one axis, PyTorch's any number.": [
        Difference("linalg.vander", EVERY, "value", (0, 6, 7, 8, 9)),
    ],
    "NumPy's einsum does not sum over the axes of an ellipsis; PyTorch does.": [
        Difference("einsum", EVERY, "value", (10,)),
    ],
    "NumPy's tensordot does not broadcast the axes that it sums over; PyTorch does.": [
        Difference("tensordot", EVERY, "value", (2,)),
    ],
    "No scatter here that multiplies.": [
        Difference("scatter", "float32", "value", (2, 5, 8, 11, 14, 17, 20, 23, 26)),
    ],
    # -------------------------------------------------------------------- more exact here
    "PyTorch computes with weights in their own float32, grad in the result's float64.": [
        Difference("cov", EXACT, "value", (4, 8, 13, 17, 22, 26, 31, 35, 39)),
        Difference("cov", "float64", "second", (6, 15, 24)),
    ],
    "PyTorch has about 8 digits, SciPy all of them.": [
        Difference("special.bessel_j0", "float64", "value", (0, 2)),
        Difference("special.bessel_j1", "float64", "value", (0, 2)),
    ],
    "The tail of the distribution, 1e-17, where PyTorch takes 1 from 1 and has 0.": [
        Difference("special.ndtr", "float32", "value", (2,)),
    ],
    # -------------------------------------------------------------------- numbers for NaN
    "A second gradient at 0, or of nothing, is 0 here as the first is; PyTorch's is NaN.": [
        Difference("linalg.norm", EXACT, "second", (32, 39)),
        Difference(
            "linalg.norm.subgradients_at_zero",
            EXACT,
            "second",
            (0, 2, 4, 5, 7, 8, 9, 10, 12, 14, 16, 17, 19, 20, 21, 22, 29, 35, 36, 37, 45, 46),
        ),
        Difference("masked.logaddexp", "float64", "second", (1, 3, 5, 6, 7, 8, 9, 10)),
        Difference("masked.logsumexp", "float64", "second", NOTHING_LEFT),
        Difference("masked.mean", EXACT, "second", NOTHING_LEFT),
    ],
}
