from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from profiling.encoder import OnnxEncoder
from profiling.encoder.build import build_encoder, locate_weights
from profiling.errors import ArtefactError
from profiling.settings import Settings


def test_vectors_have_unit_length_and_the_order_of_the_texts(encoder: OnnxEncoder) -> None:
    texts = ["a wireless mouse", "x", "a rather long sentence about hiking boots in heavy rain " * 20, ""]
    vectors = encoder.encode(texts)
    assert vectors.shape == (4, encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    for position, text in enumerate(texts):
        assert float(vectors[position] @ encoder.encode([text])[0]) > 0.98


def test_no_texts_give_no_vectors(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_meaning_is_nearer_than_letters(encoder: OnnxEncoder) -> None:
    laptop, notebook, lap = encoder.encode(["gaming laptop", "notebook computer for games", "lap of honour"])
    assert laptop @ notebook > laptop @ lap


def test_the_same_text_gives_the_same_bytes(encoder: OnnxEncoder) -> None:
    fresh = OnnxEncoder(Settings.from_environment().encoder_dir)
    assert np.array_equal(fresh.encode(["hello there"]), fresh.encode(["hello there"]))
    assert np.array_equal(fresh.encode(["hello there"]), encoder.encode(["hello there"]))


def test_the_built_model_was_checked_against_the_float_model() -> None:
    manifest = json.loads((Settings.from_environment().encoder_dir / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["mean_cosine"] >= 0.99


def test_building_again_does_nothing() -> None:
    settings = Settings.from_environment()
    before = (settings.encoder_dir / "model.onnx").stat().st_mtime_ns
    build_encoder(settings.encoder_source, settings.encoder_dir)
    assert (settings.encoder_dir / "model.onnx").stat().st_mtime_ns == before


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="profiling build"):
        OnnxEncoder(tmp_path)


@pytest.mark.parametrize("source", ["no_such_package", "/no/such/folder", "json"])
def test_a_source_without_weights_is_refused(source: str) -> None:
    with pytest.raises(ArtefactError):
        locate_weights(source)


def test_a_ready_model_is_taken_as_it_is(encoder: OnnxEncoder, tmp_path: Path) -> None:
    built = Settings.from_environment().encoder_dir
    ready = tmp_path / "ready"
    ready.mkdir()
    for name in ("model.onnx", "tokenizer.json"):
        shutil.copyfile(built / name, ready / name)
    manifest = build_encoder(str(ready), tmp_path / "encoder")
    assert manifest["dimension"] == encoder.dimension
    taken = OnnxEncoder(tmp_path / "encoder")
    assert taken.fingerprint != encoder.fingerprint
    assert np.array_equal(taken.encode(["hello there"]), encoder.encode(["hello there"]))


def test_a_ready_model_that_is_none_leaves_nothing_behind(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    ready.mkdir()
    (ready / "model.onnx").write_bytes(b"no model")
    (ready / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ArtefactError, match=r"model\.onnx"):
        build_encoder(str(ready), tmp_path / "encoder")
    assert [path.name for path in tmp_path.iterdir()] == ["ready"]
