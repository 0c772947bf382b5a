"""`python -m bot.components.train`: checks the dialogue's files and trains a model, with a few lines of output.

Does what `rasa train` does. Parts that have not changed since the last training come from Rasa's cache.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import time
from pathlib import Path
from typing import Any

from bot.components import quiet_logs

DATA = ("data/nlu", "data/rules", "data/stories")


def main(arguments: list[str] | None = None) -> None:
    """Exits with 1 and the reason when the files contradict each other or cannot be trained."""
    options = _parser().parse_args(arguments)
    data = [path for path in options.data or DATA if Path(path).exists()]
    if missing := [path for path in (options.config, options.domain) if not Path(path).exists()]:
        raise SystemExit(f"There is no {' and no '.join(missing)}.")
    quiet_logs.prepare_environment()
    sys.path.insert(0, str(Path.cwd()))
    _import_rasa()
    started = time.monotonic()
    model = _train(options, data)
    sys.stdout.write(f"Trained {model} in {time.monotonic() - started:.0f} s\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.components.train", description="Train the dialogue.")
    parser.add_argument("--config", default="config.yml")
    parser.add_argument("--domain", default="domain.yml")
    parser.add_argument("--data", nargs="+", help=f"default: {' '.join(DATA)}")
    parser.add_argument("--out", default="models")
    parser.add_argument("--force", action="store_true", help="train everything anew")
    return parser


def _import_rasa() -> None:
    quiet_logs.show_own_warnings()
    import rasa.model_training  # noqa: F401

    quiet_logs.configure()
    quiet_logs.show_own_warnings()


def _train(options: argparse.Namespace, data: list[str]) -> str:
    import rasa
    from rasa.cli.utils import validate_files
    from rasa.shared.exceptions import RasaException
    from rasa.shared.importers.importer import TrainingDataImporter

    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            importer = TrainingDataImporter.load_from_config(options.config, options.domain, data)
            validate_files(False, None, importer)
            result: Any = rasa.train(
                domain=options.domain,
                config=options.config,
                training_files=data,
                output=options.out,
                force_training=options.force,
            )
    except RasaException as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from None
    except SystemExit:  # validate_files has said why
        sys.stderr.write(said.getvalue())
        raise
    if result.code or not result.model:
        raise SystemExit(said.getvalue() or "No model was trained.")
    return str(result.model)


if __name__ == "__main__":
    main()
