"""From a torch model to int8 ONNX, per channel, for one thread of a CPU."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LINEAR = ("MatMul", "Gemm")
"""Operations without the embeddings, which stay float then: 36 MB more on the disk, no slower, and hardly any loss."""


def export_int8(
    model: Any, inputs: Mapping[str, Any], file: Path, *, max_tokens: int, operations: Sequence[str] | None = None
) -> None:
    """Writes `file`; batch and tokens are free.

    Args:
        model: a torch module in evaluation mode.
        inputs: example tensors of shape (batch, tokens) by the names of the module's arguments; batch and tokens > 1.
        operations: the ONNX operations that become int8; all that can if not given, the word embeddings too.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = file.with_name("float.onnx")
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens", max=max_tokens)
    torch.onnx.export(
        model,
        kwargs=dict(inputs),
        f=str(whole),
        dynamic_shapes={name: {0: batch, 1: tokens} for name in inputs},
        external_data=False,
        dynamo=True,
        verbose=False,
    )
    quantize_dynamic(
        str(whole),
        str(file),
        op_types_to_quantize=list(operations) if operations else None,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
    whole.unlink()


def open_session(file: Path, *, threads: int) -> Any:
    """An onnxruntime session on the CPU that uses `threads` threads for one run; runs may overlap."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


@contextmanager
def quiet() -> Iterator[None]:
    """Loaders and exporters talk a lot about things that do not concern who installs a shop assistant."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
