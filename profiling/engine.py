"""The engine: what the rest of Rapport calls."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from profiling.catalogue.live import LiveCatalogue, View
from profiling.catalogue.vectors import embed_texts
from profiling.encoder import Encoder, open_encoder
from profiling.entities.tagger import Tagger
from profiling.entities.tagger.choose import open_tagger
from profiling.errors import ArtefactError, NotFoundError
from profiling.graph.graph import Graph
from profiling.index import ItemIndex
from profiling.learn.foretelling import LiveForetelling
from profiling.passages import best_passage, best_review
from profiling.privacy import Vault, mask
from profiling.profile.manner import Manner, Trait, manner_for
from profiling.profile.memory import Memory
from profiling.profile.observe import Observation, Triple, only_wishes, read_utterance
from profiling.profile.profile import Profile
from profiling.profile.short_answers import is_short_answer, read_short_answer
from profiling.recommend.circumstances import read_behaviour, read_knowledge
from profiling.recommend.comparisons import comparison, measures_asked_for
from profiling.recommend.complements import Complement, complements, complements_of_orders
from profiling.recommend.exploration import propensities
from profiling.recommend.recommender import SLATE_SIZE
from profiling.recommend.signals import WEIGHTS
from profiling.relations.classifier import RelationClassifier
from profiling.relations.classifier.choose import open_relations
from profiling.relations.gate import Gate
from profiling.sentiment.choose import open_sentiment
from profiling.sentiment.model import SentimentModel
from profiling.sentiment.mood import read_mood
from profiling.settings import Settings
from profiling.store import Store
from profiling.store.notices import NoticeStore
from profiling.store.rankers import CountModelStore, RankerStore
from profiling.store.reviews import AspectCount, ReviewStore
from profiling.store.slates import SlateStore
from profiling.store.tickets import TicketStore
from profiling.text.language import detect_language
from profiling.types import Impression, Item, Mention, Occasion, Reason, Slate, Turn
from profiling.vocabulary import load_vocabulary

logger = logging.getLogger(__name__)
Model = TypeVar("Model")


class Engine:
    """Profiles and recommendations over one database. Safe to call from several threads.

    Args:
        encoder: None means full text only.
        sentiment: None means that no mood is read.
        tagger: None means that entities are read by patterns and gazetteer alone.
        relations: None means that what the rules take for a fact is believed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        encoder: Encoder | None,
        sentiment: SentimentModel | None = None,
        tagger: Tagger | None = None,
        relations: RelationClassifier | None = None,
    ) -> None:
        self.settings = settings
        self.vocabulary = load_vocabulary(settings.vocabulary)
        self.store = Store(settings.database)
        self.memory = Memory(self.store, self.vocabulary.product_types)
        self.facts = self.memory.facts
        self.slates = SlateStore(self.store)
        self.tickets = TicketStore(self.store)
        self.notices = NoticeStore(self.store)
        self.graph = Graph(self.store, self.vocabulary)
        self.vault = Vault(settings.privacy_key)
        self.rankers = RankerStore(self.store)
        self.foretelling = LiveForetelling(CountModelStore(self.store), settings.count_models)
        self.reviews = ReviewStore(self.store)
        self.encoder = encoder
        self.sentiment = sentiment
        self.relations = relations
        self.catalogue = LiveCatalogue(self.store, self.vocabulary, settings, encoder=encoder, tagger=tagger)

    @classmethod
    def open(cls, settings: Settings | None = None) -> Engine:
        """Opens the engine with the models that were built; without one of them it works on and says so in the log."""
        settings = settings or Settings.from_environment()
        engine = cls(
            settings,
            encoder=_opened(open_encoder, settings, "search uses full text alone"),
            sentiment=_opened(open_sentiment, settings, "no mood is read"),
            tagger=_opened(open_tagger, settings, "entities are read by patterns and gazetteer alone"),
            relations=_opened(open_relations, settings, "whatever the rules take for a fact is believed"),
        )
        detect_language("the language model is loaded now and not in the first turn")
        return engine

    def warm(self) -> None:
        """Loads what the first turn would otherwise wait for: the catalogue, the index, the encoder's first run."""
        self.search("hello")

    def observe(self, turn: Turn) -> Observation:
        """Learns from one utterance. The same message twice teaches nothing twice.

        Personal data in it is masked before anything is read or stored.
        """
        readable = turn.utterance.encode(errors="replace").decode()  # half a surrogate pair has no UTF-8
        turn = replace(turn, utterance=mask(readable).replace("\0", " "))
        view = self.catalogue.view
        last = self.memory.log.last_turn(self.memory.shoppers.root(turn.shopper_id))
        language = detect_language(turn.utterance, default=last["language"] if last else "en")
        profile = self.profile(turn.shopper_id, at=turn.at)
        read = partial(
            read_utterance,
            language=language,
            mentions=view.extractor.mentions(turn.utterance, by_form=True),
            known_words=view.extractor.known_words,
            people=profile.recipients,
            gate=Gate(view.extractor, self.relations),
        )
        if is_short_answer(turn):
            reading = read_short_answer(turn, read, view.recommender.is_told(profile))
        else:
            reading = read(turn)
        if not only_wishes(reading, view.extractor.known_words):
            reading = replace(reading, mood=read_mood(self.sentiment, turn.utterance, language=language))
        return self.memory.learn(reading, self._critique(turn, view))

    def profile(self, shopper_id: str, *, at: datetime | None = None) -> Profile:
        """What is known about a shopper; an unknown shopper has an empty profile."""
        return self.memory.profile(shopper_id, at=at)

    def manner(self, shopper_id: str, *, at: datetime | None = None) -> Manner:
        """How to answer a shopper now."""
        profile = self.profile(shopper_id, at=at)
        return manner_for(profile, ticket_since=self.tickets.angry_since(profile.shopper_id))

    def note_manner(self, message_id: str, traits: Sequence[Trait]) -> None:
        """Keeps with a turn how its reply followed the shopper, in place of what was kept before."""
        with self.store.writing():
            self.memory.log.set_manner(message_id, [astuple(trait) for trait in traits])

    def recommend(
        self,
        shopper_id: str,
        *,
        message_id: str = "",
        at: datetime | None = None,
        k: int = SLATE_SIZE,
        occasion: Occasion = "request",
    ) -> Slate:
        """Items for the shopper's present need, logged as a slate.

        Args:
            occasion: "more" leaves out what was shown for this need before.
        """
        at = at or datetime.now(UTC)
        profile = self.profile(shopper_id, at=at)
        unseen = self.slates.shown(profile.shopper_id, profile.need) if occasion == "more" else set()
        ranker = self.rankers.live()
        behaviour = read_behaviour(self.store, profile, self.foretelling)
        slate = self.catalogue.view.recommender.recommend(
            profile,
            k=k,
            unseen=unseen,
            behaviour=behaviour,
            knowledge=read_knowledge(self.store, profile, behaviour),
            weights={**WEIGHTS, **ranker.weights},
            explore=self.settings.exploration,
        )
        self.slates.add(
            slate.slate_id,
            slate.impressions,
            shopper_id=profile.shopper_id,
            message_id=message_id,
            need=profile.need,
            at=at,
            request={
                "facts": [fact.fact_id for fact in profile.facts],
                "gift": profile.is_gift,
                "ranker": ranker.version,
                "signals": {shown.item.item_id: shown.signals for shown in slate.impressions},
                "trial": asdict(slate.trial) if slate.trial else None,
            },
            propensities=propensities(slate),
            occasion="similar" if occasion == "request" and profile.objects("similar_to") else occasion,
        )
        return slate

    def log_shown(
        self, shopper_id: str, shown: Sequence[tuple[Item, str]], *, occasion: Occasion, message_id: str
    ) -> str:
        """Logs what was shown, with the reasons told, where no ranker chose; returns the slate's id.

        The same message shows it once.
        """
        profile = self.profile(shopper_id)
        slate_id = hashlib.sha256(f"{profile.shopper_id}\x1f{message_id}\x1f{occasion}".encode()).hexdigest()[:16]
        self.slates.add(
            slate_id,
            [Impression(item, 0.0, (Reason(occasion, 0.0, reason),)) for item, reason in shown],
            shopper_id=profile.shopper_id,
            message_id=message_id,
            need=profile.need,
            at=profile.at,
            request={"gift": profile.is_gift},
            occasion=occasion,
        )
        return slate_id

    def uncompared(self, shopper_id: str, utterance: str) -> bool:
        """Whether the utterance asks for smaller, lighter ... ones, and nothing shown has a measure to compare with."""
        known = {fact.predicate for fact in self.profile(shopper_id).about_need}
        return not known.issuperset(measures_asked_for(utterance, self.catalogue.view.extractor.known_words))

    def goes_with(self, item: Item, *, k: int) -> list[Complement]:
        """What is made for this item, then things of another kind that shoppers took after it; all can be had."""
        return complements(self.store, self.catalogue.items, [item], k=k)

    def goes_with_orders(self, shopper_id: str, *, k: int, at: datetime | None = None) -> list[Complement]:
        """What goes with the shopper's latest purchases; nothing while a complaint of theirs is open."""
        at = at or datetime.now(UTC)
        profile = self.profile(shopper_id, at=at)
        if profile.complaint_at or self.tickets.angry_since(profile.shopper_id):
            return []
        return complements_of_orders(self.store, self.catalogue.items, profile, k=k)

    def explain(self, shopper_id: str, item: Item) -> Impression:
        """The item with the reasons that speak for it now, and those with which it was shown last."""
        profile = self.profile(shopper_id)
        behaviour = read_behaviour(self.store, profile, self.foretelling)
        return self.catalogue.view.recommender.explain(
            profile,
            item,
            signals=self.slates.signals(profile.shopper_id, item.item_id),
            behaviour=behaviour,
            knowledge=read_knowledge(self.store, profile, behaviour),
            weights={**WEIGHTS, **self.rankers.live().weights},
        )

    def search(self, words: str, *, k: int = 10) -> list[Item]:
        """The items that a few words mean, the best first; what cannot be bought is found too."""
        view = self.catalogue.view
        hits = view.search.search(words, k)
        return self.catalogue.items.get([view.snapshot.item_ids[position] for position in hits.positions])

    def last_slate(self, shopper_id: str) -> list[Item]:
        """The items that the shopper was shown last, in the order shown, as they are now."""
        return self.catalogue.items.get(self.slates.last(self.memory.shoppers.root(shopper_id)))

    def item(self, item_id: str) -> Item:
        """An item as it is now.

        Raises:
            NotFoundError: no such item.
        """
        found = self.catalogue.items.get([item_id])
        if not found:
            raise NotFoundError(f"no item {item_id!r}")
        return found[0]

    def variants(self, item: Item) -> list[Item]:
        """All variants of the item's product, itself included."""
        return self.catalogue.items.in_group(item.group_id or item.item_id)

    def variants_like(self, item: Item, mentions: Sequence[Mention]) -> list[Item]:
        """Variants of the item's product with all of these colours, sizes, materials; those that can be bought
        first.
        """
        variants = self.variants(item)
        fitting = [variant for variant in variants if self.catalogue.view.has(variant.item_id, mentions)]
        return sorted(fitting, key=lambda variant: variant.availability == "out_of_stock")

    def passage(self, item: Item, question: str) -> str | None:
        """The sentence of the item's own text that answers a question about it, or None."""
        return best_passage(item, question, encoder=self.encoder)

    def review_passage(self, item: Item, question: str) -> tuple[str, float | None] | None:
        """The sentence of a review that answers a question about the item, with the review's rating; or None."""
        reviews = self.reviews.texts(item.group_id or item.item_id)
        return best_review(item, question, reviews, encoder=self.encoder)

    def opinions(self, item: Item) -> list[AspectCount]:
        """What reviews of the item's product say about its aspects, the most often named first."""
        return self.reviews.aspects(item.group_id or item.item_id)

    def reduced(self, shopper_id: str, *, k: int) -> list[Item]:
        """Items with a lowered price that satisfy the shopper's present wishes, the largest reduction first."""
        return self.catalogue.view.recommender.reduced(self.profile(shopper_id), k=k)

    def embed(self, *, on_batch: Callable[[int], None] = lambda _: None) -> int:
        """Embeds the texts that have no vector yet; returns how many. Stops and resumes at any moment without loss."""
        if self.encoder is None:
            raise ArtefactError("no sentence encoder; build it with `python -m profiling build`")
        return embed_texts(self.catalogue.items, self.encoder, on_batch=on_batch)

    def save_index(self) -> ItemIndex | None:
        """Writes the index of the present catalogue to disk; None where there is nothing to index."""
        return self.catalogue.write_index()

    def _critique(self, turn: Turn, view: View) -> Callable[[str], Triple | None]:
        """Resolves "smaller" and the like to the item on the table, see `comparison`."""

        def resolve(predicate: str) -> Triple | None:
            shown = self.last_slate(turn.shopper_id)
            pointed = self.catalogue.items.get([turn.item_id]) if turn.item_id else []
            table = [*pointed, *(item for item in shown if item.item_id != turn.item_id)]

            def strictest() -> Item | None:
                return view.recommender.strictest(predicate, table, self.profile(turn.shopper_id, at=turn.at))

            return comparison(predicate, table, pointed=bool(pointed), strictest=strictest)

        return resolve


def _opened(open_model: Callable[[Settings], Model], settings: Settings, otherwise: str) -> Model | None:
    """The model, or None and a line in the log that says what is done without it."""
    try:
        return open_model(settings)
    except ArtefactError as error:
        logger.warning("%s; %s", error, otherwise)
        return None
