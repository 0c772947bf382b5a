"""Replies in German and Chinese: complete, and said to who writes these languages."""

from __future__ import annotations

import ast
import re
import string
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from profiling.graph import load_predicates
from tests.actions.conftest import Desk

LANGUAGES = {"de", "zh"}
RESPONSES = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))["responses"]
SLOTS = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))["slots"]
FILES = ["actions/sentences.yml", "bot/gateway/sentences.yml", "profiling/profile/translations.yml"]
GERMAN = {
    "utterance": "Hallo, könnt ihr mir bitte bei einer Sache helfen?",
    "about": "Über dich:",
    "noted": "Notiert: Du magst nicht: wool.",
    "forgotten": "Vergessen: Du magst nicht: wool.",
    "back": "Wieder notiert: Du magst nicht: wool.",
    "person": "Ich übergebe dich an einen Menschen",
    "lost": "Gut lese ich nur Englisch",
}
CHINESE = {
    "utterance": "你好，可以帮我一个忙吗？",
    "about": "关于您：",
    "noted": "已记下：您不喜欢wool。",
    "forgotten": "已忘记：您不喜欢wool。",
    "back": "已恢复：您不喜欢wool。",
    "person": "转给人工客服",
    "lost": "我主要看得懂英文",
}


def sentences(path: str) -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load(Path(path).read_text(encoding="utf-8")))


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("path", FILES)
def test_each_sentence_is_there_in_each_language_with_the_same_places(path: str) -> None:
    for sentence, by_language in sentences(path).items():
        assert set(by_language) == LANGUAGES, sentence
        assert all(places(said) <= places(sentence) for said in by_language.values()), sentence
        assert all(places(sentence) - places(said) <= {"times"} for said in by_language.values()), (
            sentence
        )  # "noch einmal"


def constants(*paths: str) -> set[str]:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for path in paths for file in Path(path).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_no_sentence_is_left_over_and_none_that_is_said_is_missing() -> None:
    assert set(sentences("actions/sentences.yml")) <= constants("actions")
    known = set(sentences("actions/sentences.yml"))
    for file in Path("actions").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                literals = {each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)}
                assert {text for text in literals if isinstance(text, str)} <= known, f"{file}: {literals}"


def test_every_fact_about_a_shopper_can_be_told() -> None:
    told = {each.sentence for each in load_predicates().values() if each.subject in {"shopper", "need"}}
    assert told <= set(sentences("profiling/profile/translations.yml"))


def fits(variant: dict[str, Any], slots: dict[str, str]) -> bool:
    return all(slots[each["name"]] == each["value"] for each in variant.get("condition", ()))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_every_response_has_exactly_one_variant_of_the_language_whatever_the_manner(name: str, language: str) -> None:
    traits = ["greeting", "tone", "length", "selling"]
    for values in product(*(SLOTS[trait]["values"] for trait in traits)):
        slots = {"reply_language": language, **dict(zip(traits, values, strict=True))}
        fitting = [variant for variant in RESPONSES[name] if "condition" in variant and fits(variant, slots)]
        assert len(fitting) == 1, slots
        assert {"name": "reply_language", "type": "slot", "value": language} in fitting[0]["condition"]


@pytest.mark.parametrize("words", [GERMAN, CHINESE], ids=["German", "Chinese"])
def test_the_memory_answers_in_the_language_that_the_shopper_writes(desk: Desk, words: dict[str, str]) -> None:
    desk.says("i hate wool", "state_preference", "action_note_preference")
    lost = desk.says(words["utterance"], "nlu_fallback", "action_fallback")
    assert words["lost"] in lost.text
    assert {"/handoff", "/ask_profile", "/order_status"} <= {button.payload for button in lost.quick_replies}
    assert not any(re.search(r"Find|Talk|order\?", button.title) for button in lost.quick_replies)
    known = desk.says("", "ask_profile", "action_show_profile")
    assert known.text.startswith(words["about"])
    assert known.rich["facts"][0]["text"] == words["noted"].partition(": " if "Not" in words["noted"] else "：")[2]
    (fact,) = known.rich["facts"]
    why = desk.says("", "why_fact", "action_why_fact", entities={"fact_id": [fact["fact_id"]]})
    assert "i hate wool" in why.text
    assert fact["text"] in why.text
    gone = desk.says("", "forget_fact", "action_forget_fact", entities={"fact_id": [fact["fact_id"]]})
    assert gone.text == words["forgotten"]
    assert desk.says("", "undo", "action_undo").text == words["back"]
    assert words["person"] in desk.says("", "handoff", "action_handoff").text


def test_who_goes_back_to_english_is_answered_in_english(desk: Desk) -> None:
    desk.says(GERMAN["utterance"], "nlu_fallback", "action_fallback")
    desk.says("and what do you know about me so far?", "ask_profile", "action_show_profile")
    assert desk.slots["reply_language"] == "en"


def test_a_language_without_replies_is_answered_in_english(desk: Desk) -> None:
    lost = desk.says("Bonjour, je cherche une veste chaude pour l'hiver", "nlu_fallback", "action_fallback")
    assert lost.text.startswith("Sorry, I did not get that.")
