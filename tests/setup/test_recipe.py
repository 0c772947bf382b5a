from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

import pytest

from bot.setup.errors import StepFailed
from bot.setup.recipe import Recipe
from bot.setup.settings import Settings
from bot.setup.steps import Step, run_steps
from bot.setup.terminal import Terminal

INTERPRETER = f"""#!{sys.executable}
import os, pathlib, sys
home = pathlib.Path(os.environ["RAPPORT_HOME"])

def make(path, text="made"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

arguments = " ".join(sys.argv[1:])
if "profiling build" in arguments:
    folder = home / "models" / sys.argv[-1]
    code = pathlib.Path("profiling") / sys.argv[-1].removeprefix("nlu_")
    code = code / dict(entities="tagger", relations="classifier").get(sys.argv[-1], "")
    make(folder / "manifest.json", (code / "build.py").read_text())
    make(folder / "model.onnx")
if "profiling import" in arguments:
    make(home / "rapport.db")
if "profiling index" in arguments:
    make(home / "index/manifest.json")
if "shop load" in arguments:
    make(home / "shop.db")
if "components.train" in arguments:
    domain = pathlib.Path("domain.yml").read_text()
    if domain == "broken":
        sys.exit("The domain contradicts the rules.")
    if domain != "empty":
        make(pathlib.Path(sys.argv[-1]) / "20260101-1.tar.gz", domain)
"""
FILES = (
    "requirements.lock requirements-rasa.lock profiling/encoder/build.py profiling/catalogue/feed.py profiling/index/i.py"
    " profiling/sentiment/build.py profiling/entities/tagger/build.py profiling/relations/classifier/build.py"
    " profiling/ingest/reviews.py data/shop/reviews.csv actions/shop/demo.py bot/components/train.py"
    " config.yml domain.yml data/nlu/greet.yml data/rules/find.yml"
    " data/shop/catalogue.csv data/shop/orders.json data/shop/shoppers.json data/shop/faq.yml"
)


class Repository:
    """A folder in which a stand-in for both interpreters makes what the real commands would."""

    def __init__(self, root: Path) -> None:
        self.settings = Settings(root=root, home=root / ".rapport", shop=root / "data" / "shop")
        for python in (self.settings.python, self.settings.rasa_python):
            self.write(str(python.relative_to(root)), INTERPRETER)
            python.chmod(0o755)
        for name in FILES.split():
            self.write(name, "first")
        self.settings.logs.mkdir(parents=True)
        self.model = root / "models" / "rapport.tar.gz"

    def write(self, name: str, text: str) -> None:
        path = self.settings.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def steps(self) -> list[Step]:
        recipe = Recipe(self.settings)
        return [*recipe.models(), *recipe.shop(), *recipe.dialogue()]

    def run(self) -> set[str]:
        return set(asyncio.run(run_steps(self.steps(), Terminal(io.StringIO(), live=False))))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


MODELS = {"encoder", "nlu_encoder", "sentiment", "entities", "relations"}
ALL = MODELS | {"catalogue", "index", "reviews", "orders", "dialogue"}


def test_everything_is_made_once(repository: Repository) -> None:
    assert repository.run() == ALL
    assert repository.model.read_text() == "first"
    assert repository.run() == set()


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        ("domain.yml", {"dialogue"}),
        ("data/nlu/new.yml", {"dialogue"}),
        ("data/stories/new.yml", {"dialogue"}),
        ("bot/components/new.py", {"dialogue"}),
        ("requirements-rasa.lock", {"dialogue"}),
        ("requirements.lock", MODELS),
        ("profiling/encoder/build.py", MODELS | {"index", "dialogue"}),
        ("profiling/sentiment/build.py", {"sentiment", "reviews"}),
        ("profiling/entities/tagger/build.py", {"entities", "relations"}),
        ("profiling/relations/classifier/build.py", {"relations"}),
        ("profiling/ingest/reviews.py", {"reviews"}),
        ("data/shop/reviews.csv", {"reviews"}),
        ("data/shop/catalogue.csv", {"catalogue", "index", "orders"}),
        ("profiling/index/i.py", {"index"}),
        ("data/shop/shoppers.json", {"orders"}),
        ("data/shop/faq.yml", set()),
        (".rapport/gateway.db", set()),
    ],
)
def test_what_depends_on_a_changed_file_is_made_again(repository: Repository, changed: str, due: set[str]) -> None:
    repository.run()
    repository.write(changed, "second")
    assert repository.run() == due
    assert repository.run() == set()


def test_what_has_gone_is_made_again(repository: Repository) -> None:
    repository.run()
    repository.model.unlink()
    (repository.settings.home / "shop.db").unlink()
    assert repository.run() == {"dialogue", "orders"}


def test_a_failed_training_keeps_the_old_model(repository: Repository) -> None:
    repository.run()
    repository.write("domain.yml", "broken")
    with pytest.raises(StepFailed, match=r"^Dialogue, trained: python ended with exit code 1\.$") as caught:
        repository.run()
    assert caught.value.tail.endswith("The domain contradicts the rules.")
    assert repository.model.read_text() == "first"
    assert [path.name for path in repository.model.parent.iterdir()] == ["rapport.tar.gz"]
    repository.write("domain.yml", "mended")
    assert repository.run() == {"dialogue"}
    assert repository.model.read_text() == "mended"


def test_a_training_without_a_model_is_a_failure(repository: Repository) -> None:
    repository.write("domain.yml", "empty")
    with pytest.raises(StepFailed, match=r"there is no rapport\.tar\.gz after it"):
        repository.run()


def test_a_shop_that_was_loaded_by_hand_is_left_alone(repository: Repository) -> None:
    repository.run()
    for name in ("catalogue.csv", "orders.json", "reviews.csv"):
        (repository.settings.shop / name).unlink()
    assert {step.name for step in repository.steps()} == MODELS | {"dialogue"}
    assert repository.run() == set()


def test_other_settings_are_other_inputs(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.run()
    monkeypatch.setenv("RAPPORT_CURRENCY", "SEK")
    assert repository.run() == {"catalogue", "index"}
