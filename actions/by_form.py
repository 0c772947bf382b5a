"""What a message asks for by its form, whatever intent was read in it: the talk about what is on the table.

"Put 1 and 2 next to each other", "the second one in size 42", "what if I pay up to 120", "drop the size": such
sentences are short, and one that is about items looks much like one about an order or the till. Their forms are few
and plain, and there is something on the table that they can be about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from actions.call import Call, ShopAction
from actions.colours import asks_for_colours
from actions.desk.case import Case
from actions.fallback import ActionAcknowledge, ActionFallback, ActionOutOfScope
from actions.faq import ActionAnswerFaq
from actions.feedback import ActionThumbDown, ActionThumbUp
from actions.pointing import named_places, table
from actions.product import ActionAnswerAvailability, ActionAnswerPrice, ActionAnswerProduct
from actions.profile import ActionForgetFact, ActionNotePreference, named_facts
from actions.recommend import ActionChooseItem, ActionCompare, ActionRecommend, ActionShowMore, ActionWhyThis
from profiling import Engine, Mention
from profiling.relations.budgets import is_budget
from profiling.relations.critiques import find_critiques
from profiling.relations.ordinals import compared_places, pointed_places, weighs_up
from profiling.relations.releases import find_releases

UNSURE = (
    ActionFallback, ActionAcknowledge, ActionOutOfScope, ActionAnswerFaq, ActionNotePreference, ActionForgetFact,
    ActionThumbDown,
)  # fmt: skip
"""What answers where the message was read as nothing, or as something about the shop, the notes or an item."""
FROM: Mapping[type[ShopAction], tuple[type[ShopAction], ...]] = {
    ActionCompare: (
        *UNSURE, ActionCompare, ActionRecommend, ActionChooseItem, ActionShowMore, ActionWhyThis, ActionAnswerProduct,
        ActionAnswerPrice,
    ),
    ActionAnswerAvailability: (
        *UNSURE, ActionRecommend, ActionShowMore, ActionAnswerAvailability, ActionAnswerProduct, ActionChooseItem,
    ),
    ActionRecommend: (*UNSURE, ActionChooseItem, ActionShowMore, ActionWhyThis, ActionAnswerPrice, ActionThumbUp),
}  # fmt: skip
"""What the form speaks for -> the actions that it is taken from."""
ASIDE = (ActionChooseItem, ActionWhyThis, ActionThumbUp, ActionThumbDown)
"""What answers beside a wish, or in its place; the other actions look for wishes themselves."""
_INTENTS = {ActionCompare: "compare", ActionAnswerAvailability: "ask_availability", ActionRecommend: "recommend"}


def by_form(action: ShopAction, call: Call) -> tuple[ShopAction, Call]:
    """The action that answers, and the call with the places that the words point at."""
    if not call.utterance or Case.from_slot(call.slots.get("case")).is_open or not isinstance(action, _taken_from()):
        return action, call
    engine = action.engine
    mentions = engine.catalogue.view.extractor.mentions(call.utterance, by_form=True)
    compared, changed = _compared(engine, call, mentions), changed_place(engine, call, mentions)
    if compared and table(engine, call):
        return _instead(action, call, ActionCompare, compared)
    if changed and table(engine, call):
        if isinstance(action, ActionChooseItem):
            return action, _pointing(call, [changed])
        return _instead(action, call, ActionAnswerAvailability, [changed])
    named = any(mention.kind in {"colour", "product_type"} for mention in mentions)
    if asks_for_colours(call.utterance) and not named and table(engine, call):
        return _instead(action, call, ActionAnswerAvailability, [])
    changes = _changes_the_search(action, call, mentions) and engine.profile(call.shopper_id).about_need
    wished = changes or _asks_for_a_thing(action, call, mentions)
    return _instead(action, call, ActionRecommend, []) if wished else (action, call)


def _compared(engine: Engine, call: Call, mentions: Sequence[Mention]) -> list[str]:
    """The places of those that are weighed against each other, by place or by name: "the piccina or the torchio".

    "A jacket or a coat" names kinds, and is a request.
    """
    places = compared_places(call.utterance)
    if places or not weighs_up(call.utterance):
        return places
    names = list(call.utterance)
    for mention in mentions:
        names[mention.start : mention.end] = " " * (mention.end - mention.start)
    named = named_places(engine, table(engine, call), "".join(names))
    return named if len(named) > 1 else []


def changed_place(engine: Engine, call: Call, mentions: Sequence[Mention]) -> str | None:
    """The place of the item that is wanted in another colour or size: "the first but in blue"."""
    if not any(mention.kind in {"colour", "size"} for mention in mentions):
        return None
    if find_critiques(call.utterance, engine.catalogue.view.extractor.known_words):
        return None  # "more like the second, but in blue"
    places = pointed_places(call.utterance)
    return places[0] if len(places) == 1 else None


def _changes_the_search(action: ShopAction, call: Call, mentions: Sequence[Mention]) -> bool:
    if is_budget(call.utterance, mentions):
        return True
    if "?" in call.utterance or not find_releases(call.utterance, mentions):
        return False  # "do all sizes run small?" is a question about the shop
    engine = action.engine
    forgets = isinstance(action, ActionForgetFact)
    return not (forgets and named_facts(engine, call, engine.profile(call.shopper_id)))


def _asks_for_a_thing(action: ShopAction, call: Call, mentions: Sequence[Mention]) -> bool:
    """Whether a thing was noted as looked for, and the message was taken for something beside it."""
    if not isinstance(action, ASIDE):
        return False
    engine = action.engine
    wanted = [f for f in engine.facts.of_message(call.message_id) if f.predicate == "wants" and f.valid_to is None]
    if not isinstance(action, ActionChooseItem):
        return bool(wanted)
    things = [mention for mention in mentions if mention.kind == "product_type"]
    view, shown = engine.catalogue.view, table(engine, call)
    return bool(wanted) and not any(view.has(item.item_id, [thing]) for item in shown for thing in things)


def _taken_from() -> tuple[type[ShopAction], ...]:
    return tuple({kind for kinds in FROM.values() for kind in kinds})


def _instead(action: ShopAction, call: Call, kind: type[ShopAction], places: Sequence[str]) -> tuple[ShopAction, Call]:
    if not isinstance(action, FROM[kind]):
        return action, call
    meant = replace(_pointing(call, places), intent=_INTENTS[kind])
    return (action if isinstance(action, kind) else kind(action.context)), meant


def _pointing(call: Call, places: Sequence[str]) -> Call:
    return replace(call, entities={**call.entities, "item_ref": places}) if places else call
