"""A model that `python -m profiling build` has made, opened on the CPU."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from profiling.encoder.model_folder import MANIFEST
from profiling.encoder.onnx_export import open_session
from profiling.encoder.weights import READY, TOKENIZER
from profiling.errors import ArtefactError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True)
class BuiltModel:
    """What lies in its folder, ready for use; thread-safe."""

    manifest: Mapping[str, Any]
    tokenizer: Tokenizer
    session: Any

    @classmethod
    def open(
        cls,
        directory: Path,
        load_tokenizer: Callable[[Path], Tokenizer],
        *,
        kind: str,
        facts: Sequence[str] = (),
        threads: int = 1,
    ) -> BuiltModel:
        """Opens it.

        Args:
            directory: the model's folder.
            load_tokenizer: reads the tokenizer's file.
            kind: what the model is called in an error.
            facts: what its manifest has to say besides the fingerprint.
            threads: for one text.

        Raises:
            ArtefactError: the folder has no complete model.
        """
        try:
            manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
            if missing := [fact for fact in ("fingerprint", *facts) if fact not in manifest]:
                raise ArtefactError(f"{MANIFEST} has no {', '.join(missing)}")
            return cls(
                manifest, load_tokenizer(directory / TOKENIZER), open_session(directory / READY, threads=threads)
            )
        except Exception as error:  # onnxruntime and tokenizers raise bare exceptions
            raise ArtefactError(
                f"no usable {kind} in {directory} ({error}); build it with `python -m profiling build`"
            ) from error

    @property
    def fingerprint(self) -> str:
        """Hash of the weights and the way they were exported."""
        return str(self.manifest["fingerprint"])

    def run(self, **inputs: Sequence[int]) -> NDArray[np.float32]:
        """The network's first output for one text, the first axis of length 1.

        One text at a time: an int8 model scales its activations over the batch, so that a text would get another answer
        in other company; and on one thread a batch is no faster.

        Args:
            inputs: a number for each word piece, by the network's names; those that it does not know are left out.
        """
        known = {node.name for node in self.session.get_inputs()}
        feed = {name: np.array([numbers], dtype=np.int64) for name, numbers in inputs.items() if name in known}
        output: NDArray[np.float32] = self.session.run(None, feed)[0]
        return output
