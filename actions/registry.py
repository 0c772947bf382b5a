"""Every action that the server offers; domain.yml lists the same names."""

from __future__ import annotations

from rasa_sdk import Action

from actions.context import Context
from actions.fallback import ActionAcknowledge, ActionFallback, ActionOutOfScope
from actions.faq import ActionAnswerFaq
from actions.feedback import ActionThumbDown, ActionThumbUp
from actions.handoff import ActionHandoff
from actions.memory import (
    ActionAcceptMemory,
    ActionDeclineMemory,
    ActionExportData,
    ActionPauseMemory,
    ActionResumeMemory,
    ActionUndo,
    ActionWhyFact,
)
from actions.notices import ActionNotice
from actions.observe import ActionObserveTurn
from actions.persons import ActionAskPerson, ActionOtherPerson, ActionSamePerson
from actions.product import (
    ActionAnswerAvailability,
    ActionAnswerPrice,
    ActionAnswerProduct,
    ActionAnswerPromotions,
)
from actions.profile import (
    ActionAskForget,
    ActionForgetFact,
    ActionForgetMe,
    ActionKeepProfile,
    ActionNotePreference,
    ActionShowProfile,
)
from actions.recall import ActionRecall
from actions.recommend import ActionChooseItem, ActionCompare, ActionRecommend, ActionShowMore, ActionWhyThis
from actions.second_wish import answer_both
from actions.service import ActionComplain, ActionDesk

ACTIONS = (
    ActionObserveTurn,
    ActionRecommend,
    ActionShowMore,
    ActionCompare,
    ActionWhyThis,
    ActionChooseItem,
    ActionAnswerAvailability,
    ActionAnswerPrice,
    ActionAnswerProduct,
    ActionAnswerPromotions,
    ActionAnswerFaq,
    ActionNotice,
    ActionDesk,
    ActionComplain,
    ActionHandoff,
    ActionShowProfile,
    ActionNotePreference,
    ActionForgetFact,
    ActionAskForget,
    ActionForgetMe,
    ActionKeepProfile,
    ActionWhyFact,
    ActionUndo,
    ActionExportData,
    ActionPauseMemory,
    ActionResumeMemory,
    ActionAcceptMemory,
    ActionDeclineMemory,
    ActionAskPerson,
    ActionOtherPerson,
    ActionSamePerson,
    ActionRecall,
    ActionThumbUp,
    ActionThumbDown,
    ActionAcknowledge,
    ActionOutOfScope,
    ActionFallback,
)


def all_actions(context: Context) -> list[Action]:
    """One instance of each action, sharing the context; each takes up the second wish of a message, too."""
    actions = [action(context) for action in ACTIONS]
    for action in actions:
        action.answering = answer_both
    return list(actions)
