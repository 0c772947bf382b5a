"""What Rapport's set-up consists of: two environments, the models, the shop's data, the trained dialogue."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.setup import processes
from bot.setup.environments import Environment, Installer
from bot.setup.errors import StepFailed
from bot.setup.locking import CUDA, DEVELOPMENT, RASA, RUN_TIME
from bot.setup.settings import Settings
from bot.setup.stamps import Stamps, digest_of
from bot.setup.steps import Step
from bot.setup.terminal import Activity

MODEL = "rapport.tar.gz"
ENGINE, RASA_SERVER = "engine-environment", "rasa-environment"


@dataclass(frozen=True)
class Product:
    """Something that a command makes. It is due when the inputs' contents or the variables' values have changed."""

    name: str
    title: str
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    after: tuple[str, ...]
    variables: tuple[str, ...] = ()


class Recipe:
    """The steps for one installation. `development` adds the tools that tests and checks need."""

    def __init__(self, settings: Settings, *, development: bool = False) -> None:
        self._settings = settings
        self._env = settings.environment()
        self._stamps = Stamps(settings.home / "stamps")
        self._encoder = settings.home / "models" / "encoder"
        self._nlu_encoder = settings.home / "models" / "nlu_encoder"
        self._sentiment = settings.home / "models" / "sentiment"
        self._entities = settings.home / "models" / "entities"
        self._relations = settings.home / "models" / "relations"
        root, folder = settings.root, settings.root / ".venv"
        keep_tools = Environment(folder, root / RUN_TIME).installed_lock() == DEVELOPMENT
        lock = root / (DEVELOPMENT if development or keep_tools else RUN_TIME)
        self.engine = Environment(folder, lock, cuda_lock=root / CUDA)
        self.rasa = Environment(root / ".venv-rasa", root / RASA, pip_options=("--ignore-requires-python",))

    def environments(self) -> list[Step]:
        """The two Python environments."""
        return [
            self._environment(ENGINE, "Libraries of the engine and the shop", self.engine),
            self._environment(RASA_SERVER, "Libraries of Rasa", self.rasa),
        ]

    def models(self) -> list[Step]:
        """The sentence encoder, the larger one that Rasa reads messages with, and encoders with adapters from the
        repository: for sentiment, for entities, for what shoppers have to do with them.
        """
        root = self._settings.root
        encoder = Product(
            "encoder",
            "Sentence encoder",
            inputs=(root / RUN_TIME, root / "profiling/encoder"),
            outputs=(self._encoder / "manifest.json", self._encoder / "model.onnx"),
            after=(ENGINE,),
            variables=("RAPPORT_ENCODER",),
        )
        nlu_encoder = Product(
            "nlu_encoder",
            "Encoder of messages",
            inputs=encoder.inputs,
            outputs=(self._nlu_encoder / "manifest.json", self._nlu_encoder / "model.onnx"),
            after=(ENGINE,),
            variables=("RAPPORT_NLU_ENCODER",),
        )
        sentiment = Product(
            "sentiment",
            "Sentiment model",
            inputs=(root / RUN_TIME, root / "profiling/encoder", root / "profiling/sentiment"),
            outputs=(self._sentiment / "manifest.json", self._sentiment / "model.onnx"),
            after=(ENGINE,),
            variables=("RAPPORT_SENTIMENT",),
        )
        entities = Product(
            "entities",
            "Entity model",
            inputs=(root / RUN_TIME, root / "profiling/encoder", root / "profiling/entities/tagger"),
            outputs=(self._entities / "manifest.json", self._entities / "model.onnx"),
            after=(ENGINE,),
            variables=("RAPPORT_ENTITIES",),
        )
        relations = Product(
            "relations",
            "Relation model",
            inputs=(*entities.inputs, root / "profiling/relations/classifier"),
            outputs=(self._relations / "manifest.json", self._relations / "model.onnx"),
            after=(ENGINE,),
            variables=("RAPPORT_RELATIONS",),
        )
        made = (encoder, nlu_encoder, sentiment, entities, relations)
        return [self._command(product, "-m", "profiling", "build", product.name) for product in made]

    def dialogue(self) -> list[Step]:
        """The trained dialogue. It needs the encoder of messages."""
        root = self._settings.root
        files = ("config.yml", "domain.yml", "data/nlu", "data/rules", "data/stories", "bot/components", RASA)
        dialogue = Product(
            "dialogue",
            "Dialogue, trained",
            inputs=(*(root / name for name in files), self._nlu_encoder / "manifest.json"),
            outputs=(root / "models" / MODEL,),
            after=(RASA_SERVER, "nlu_encoder"),
        )
        return [self._step(dialogue, self._train)]

    def shop(self) -> list[Step]:
        """The catalogue with its index, and the orders. What the shop's folder does not have was loaded by hand."""
        steps = self._catalogue() if (self._settings.shop / "catalogue.csv").is_file() else []
        steps += self._reviews() if (self._settings.shop / "reviews.csv").is_file() else []
        return steps + (self._orders() if (self._settings.shop / "orders.json").is_file() else [])

    def _catalogue(self) -> list[Step]:
        root, home = self._settings.root, self._settings.home
        file = self._settings.shop / "catalogue.csv"
        catalogue = Product(
            "catalogue",
            "Catalogue of the shop",
            inputs=(file, *(root / "profiling" / name for name in ("catalogue", "vocabulary", "store"))),
            outputs=(home / "rapport.db",),
            after=(ENGINE,),
            variables=("RAPPORT_CURRENCY", "RAPPORT_VOCABULARY"),
        )
        index = Product(
            "index",
            "Index of the catalogue",
            inputs=(*catalogue.inputs, root / "profiling/index", self._encoder / "manifest.json"),
            outputs=(home / "index",),
            after=("encoder", "catalogue"),
            variables=catalogue.variables,
        )
        return [
            self._command(catalogue, "-m", "profiling", "import", file, "--feed", "demo"),
            self._command(index, "-m", "profiling", "index"),
        ]

    def _reviews(self) -> list[Step]:
        """What is read before is not read again: the command itself goes on where it was."""
        file = self._settings.shop / "reviews.csv"
        reviews = Product(
            "reviews",
            "Reviews of the shop",
            inputs=(file, self._settings.root / "profiling/ingest", self._sentiment / "manifest.json"),
            outputs=(self._settings.home / "rapport.db",),
            after=("sentiment", "catalogue"),
        )
        return [self._command(reviews, "-m", "profiling", "ingest", "reviews", file)]

    def _orders(self) -> list[Step]:
        shop = self._settings.shop
        orders = Product(
            "orders",
            "Orders of the shop",
            inputs=(
                *(shop / name for name in ("orders.json", "shoppers.json", "subscriptions.json", "catalogue.csv")),
                self._settings.root / "actions/shop",
            ),
            outputs=(self._settings.home / "shop.db",),
            after=(ENGINE,),
        )
        return [self._command(orders, "-m", "actions.shop", "load", shop)]

    def _environment(self, name: str, title: str, environment: Environment) -> Step:
        root, scratch = self._settings.root, self._settings.home / "tmp"
        installer = Installer(environment, root=root, env=self._env, log=self._log(name), scratch=scratch)
        return Step(name, title, environment.is_current, installer.install)

    def _command(self, product: Product, *arguments: str | Path) -> Step:
        async def make(product: Product) -> None:
            await self._run(product, self._settings.python, *arguments)

        return self._step(product, make)

    def _step(self, product: Product, make: Callable[[Product], Awaitable[None]]) -> Step:
        def digest() -> str:
            values = [f"{name}={self._env.get(name, '')}" for name in product.variables]
            return digest_of(product.inputs, root=self._settings.root, values=values)

        def is_current() -> bool:
            made = all(path.exists() for path in product.outputs)
            return made and self._stamps.is_current(product.name, digest())

        async def run(activity: Activity) -> None:
            before = digest()
            self._log(product.name).unlink(missing_ok=True)
            await make(product)
            if missing := [path.name for path in product.outputs if not path.exists()]:
                raise StepFailed(f"{product.title}: there is no {missing[0]} after it.", log=self._log(product.name))
            self._stamps.write(product.name, before)

        return Step(product.name, product.title, is_current, run, product.after)

    async def _train(self, product: Product) -> None:
        """The old model stays until the new one is there."""
        models = self._settings.root / "models"
        fresh = models / ".new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        try:
            await self._run(product, self._settings.rasa_python, "-m", "bot.components.train", "--out", fresh)
            for trained in sorted(fresh.glob("*.tar.gz"))[-1:]:
                trained.replace(models / MODEL)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    async def _run(self, product: Product, *argv: str | Path) -> None:
        log = self._log(product.name)
        try:
            await processes.run(argv, cwd=self._settings.root, env=self._env, log=log)
        except StepFailed as error:
            raise StepFailed(f"{product.title}: {error}", log=log, tail=error.tail, output=error.output) from error

    def _log(self, name: str) -> Path:
        return self._settings.logs / f"setup-{name}.log"
