"""Builds tiny_encoder/: an encoder of 7 kB with the outputs of the real one. Run in the main environment."""

from __future__ import annotations

import json
import string
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece

FOLDER = Path(__file__).parent / "tiny_encoder"
DIMENSION = 16
WORDS = "hello hi bye order where parcel return shoes red blue running yes no stop why this boots price".split()
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
VOCABULARY += [*string.ascii_lowercase, *string.digits, *(f"##{c}" for c in string.ascii_lowercase + string.digits)]


def main() -> None:
    """Writes model.onnx (a table of vectors), tokenizer.json and manifest.json."""
    table = np.random.default_rng(7).normal(size=(len(VOCABULARY), DIMENSION)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "input_ids"], ["states"]),
            helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["mask", "last"], ["wide_mask"]),
            helper.make_node("Mul", ["states", "wide_mask"], ["last_hidden_state"]),
        ],
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", DIMENSION])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([2]), "last")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    FOLDER.mkdir(exist_ok=True)
    onnx.save(model, FOLDER / "model.onnx")
    tokenizer = Tokenizer(WordPiece({piece: place for place, piece in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.enable_padding(length=64)  # the real file pads as well
    tokenizer.save(str(FOLDER / "tokenizer.json"))
    manifest = {"fingerprint": "tiny-1", "dimension": DIMENSION}
    (FOLDER / "manifest.json").write_text(json.dumps(manifest) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
