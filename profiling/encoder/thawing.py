"""Float weights of a BERT that comes as a ready int8 ONNX file only, so that it can be trained further.

Covers what onnxruntime's dynamic quantisation makes of a BERT that torch exported by tracing: each linear layer as an
int8 matrix with a scale and a zero point (for the whole or for each column), the embeddings likewise, biases and norms
as floats under the names that transformers gives them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from profiling.errors import ArtefactError

Floats = NDArray[np.float32]

_BETWEEN = ("Cast", "Mul", "Add")
"""What stands between a layer's integer product and the addition of its bias."""


def thaw(file: Path) -> dict[str, Floats]:
    """The weights by the names of transformers' BertModel.

    Raises:
        ArtefactError: not an ONNX file, or no quantised BERT.
    """
    import onnx

    try:
        graph = onnx.load(str(file)).graph
    except Exception as error:  # protobuf's own errors
        raise ArtefactError(f"{file}: not an ONNX model ({error})") from error
    values = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    plain = {
        name: np.array(value, dtype=np.float32)
        for name, value in values.items()
        if name.startswith(("embeddings.", "encoder.")) and name.endswith((".weight", ".bias"))
    }
    tables = {
        name.removesuffix("_quantized"): _floats(name, values)
        for name in values
        if name.startswith("embeddings.") and name.endswith(".weight_quantized")
    }
    layers = {name: matrix.T.copy() for name, matrix in _matrices(graph, values)}
    if not layers or not tables:
        raise ArtefactError(f"{file}: no BERT that was quantised with onnxruntime")
    return plain | tables | layers


def _matrices(graph: Any, values: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, Floats]]:
    """Name and matrix (inputs, outputs) of each linear layer. The matrices have lost their names; the bias that is
    added to what they give still has it.
    """
    readers: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            bias = _bias_after(node.output[0], readers, values)
            yield bias.removesuffix("bias") + "weight", _floats(node.input[1], values)


def _bias_after(output: str, readers: Mapping[str, list[Any]], values: Mapping[str, NDArray[Any]]) -> str:
    for _ in range(len(_BETWEEN)):
        for node in readers.get(output, ()):
            for name in node.input:
                if node.op_type == "Add" and name in values and name.endswith(".bias"):
                    return str(name)
        output = next((node.output[0] for node in readers.get(output, ()) if node.op_type in _BETWEEN), "")
    raise ArtefactError("the ONNX model has a linear layer without a named bias; only BERT can be thawed")


def _floats(name: str, values: Mapping[str, NDArray[Any]]) -> Floats:
    stem = name.removesuffix("_quantized")
    scale, zero = values[f"{stem}_scale"], values[f"{stem}_zero_point"]
    floats: Floats = (values[name].astype(np.float32) - zero.astype(np.float32)) * scale.astype(np.float32)
    return floats
