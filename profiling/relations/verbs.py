"""Finite verbs: what makes a clause a statement, and not a wish in keywords ("leather boots, brown")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from profiling.relations.words import MASK

_REGULAR = """
ache add advise agree allow amaze annoy answer appear apply approve argue arrive ask attach attract attack bake ban
bark beg behave believe belong bend block bloat boil bore bother bounce bug call camp cancel carry cause change
charge chew claim clash clean climb clog close collect complain contain convert cook cool cough crack crash crave
crease creak cry cycle damage dance deliver deny depend describe deserve destroy die disagree disappear disappoint
discover dissolve drip drool drop dry end enjoy enter escape exist expand expect expire explain explode fade fail
fall faint fancy feature fill fix flake flap flicker float fold follow freeze frighten garden glow grip guess happen
hate heal help hike hope hum hurry impress improve inform insist irritate itch jam join jump kick kill knit knock
lack laugh launch leak learn let lie lift listen live lock look loosen love lose manage matter measure melt mention
miss mix moult move need notice object offer open order own pack paint peel perform pinch plan play please pop pour
praise prefer pretend promise prove provide pull push raise rain rattle reach react realise realize receive
recommend refuse release remain remember remind replace reply report require resist return ruin rust save say scare
scratch scream seem send serve share shed shrink shout slip slide smell smoke snap sneeze snow sound spark spoil
spread squeak stain start stay step stick sting stink stop stretch study suffer suggest suit supply surprise survive
swear sweat swell swim switch taste tear tell tend thank think tire touch train travel treat trust try turn use vary
visit vote wait walk want warn warp wash waste watch wear weigh work worry wobble wonder wrinkle yell
"""
_DOUBLING = frozenset("ban beg bug clog drip drop flap grip hum jam plan pop slip snap step stop".split())
"""Regular verbs with a doubled consonant in the past; "knitted" is left out: it mostly says what a jumper is."""
_IRREGULAR = """
be/is are was were am isn't aren't wasn't weren't isnt arent become/became begin/began bite/bit bleed/bled blow/blew
break/broke bring/brought build/built burn/burnt burned burst/burst buy/bought catch/caught choose/chose come/came
cost/cost cut/cut deal/dealt do/does did don't doesn't didn't doesnt didnt draw/drew drink/drank drive/drove eat/ate
fall/fell feed/fed feel/felt fight/fought find/found fit/fits fly/flew flies forbid/forbade forget/forgot
freeze/froze get/got give/gave go/goes went grow/grew hang/hung have/has had haven't hasn't hadn't hear/heard
hide/hid hit/hit hold/held hurt/hurt keep/kept know/knew lay/laid lead/led leave/left lend/lent let/let lie/lay
lose/lost make/made mean/meant meet/met pay/paid put/put read/read ride/rode ring/rang rise/rose run/ran say/said
see/saw sell/sold send/sent shake/shook shine/shone show/showed shrink/shrank shrunk shut/shut sing/sang sink/sank
sit/sat sleep/slept slide/slid speak/spoke spend/spent split/split stand/stood steal/stole stick/stuck sting/stung
stink/stank swell/swelled swim/swam take/took teach/taught tear/tore tell/told think/thought throw/threw
understand/understood wake/woke wear/wore win/won write/wrote
"""
_MODAL = """
can could may might must shall should will would can't cannot cant couldn't couldnt shouldn't shouldnt won't wont
wouldn't wouldnt mustn't needn't ain't aint
"""
_NO_VERB_AFTER = frozenset(
    "for with without from in on at of to by under over about than that which who whose whom what where when like "
    "as and or but not no if because so into onto per between around up down plus".split()
)
"""After these, a verb is not that of the clause: "boots that fit", "something for a dog who sheds"."""
_WITHIN_SUBJECT = frozenset("of on in at from with for".split())
"""May stand within a subject: "the zip on this jacket sticks"."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\u00ba+|[\d.,]*\d")
_LEADS = frozenset(
    "the my your our his her their its this that these those it he she they we i you u ur there all both most "
    "some every each no one everyone everybody nobody someone somebody people nothing everything anything mine "
    "yours others im i'm ive i've id i'd i'll we're we've we'll it's its they're that's thats there's theres he's "
    "she's you're who's".split()
)
"""What begins a subject: after it, a word that may also be a noun or a participle is a verb."""
_CONTRACTED = re.compile(r"(?:i|we|you|he|she|it|they|that|there|who)'(?:m|s|re|ve|d|ll)|im|ive|thats|theres|its")
_AUXILIARY = frozenset(
    f"{_MODAL} is are was were isn't aren't wasn't weren't isnt arent have has had haven't hasn't hadn't do does did "
    "don't doesn't didn't doesnt didnt dont".split()
)
_OBJECTS = frozenset(
    "my me it the a an us you your our this that these those him her them off out up down on after again".split()
)
_NOUNS_TOO = frozenset(
    "covers treats rings drinks plants swings watches trains sheds packs paints drops plans stains stops knits "
    "cuts grips looks snaps uses tears cooks feeds runs stands sets locks cases floats fillers mixes folds splits "
    "buttons felt left cut set fit fits put shut hit bit shot read let lead cost sticks works slides means "
    "matches".split()
)
_SUBJECT_LENGTH = 7
_SURE_BASES = frozenset(
    "allow appear arrive attract become believe belong bend cause collapse complain contain crease deserve "
    "disappear exist expire fade happen itch keep lose make melt need prefer remain ruin scratch seem shed shrink "
    "smell stink suffer survive vary wobble wrinkle".split()
)
_MANNERS = frozenset(
    "so too very really like good bad great nice awful terrible cheap better worse well funny weird".split()
)
_SEEKING = frozenset("wanting needing considering seeking preferring".split())
_PRAISING = frozenset("love loving loved hate hated enjoy enjoying adore".split())
_LITTLE_WORDS = frozenset(
    "not be like for only also never rather just to fine ok okay good better best too needed even".split()
)
_INVERTING = frozenset(
    "is are isn't aren't isnt arent was were wasn't weren't does doesn't doesnt did didn't didnt do can can't "
    "cant could couldn't would wouldn't will won't should shouldn't shall may might am".split()
)
_PERFECT = frozenset("has have hasn't haven't don't dont".split())
_SOMEBODY = frozenset("i you u we they he she it the this that these those my your anyone anybody someone".split())


def _forms() -> tuple[frozenset[str], frozenset[str]]:
    """Forms that are only finite, and those that a noun may have too."""
    sure, base = set(_MODAL.split()), set()
    for verb in _REGULAR.split():
        sure |= {_third(verb), _past(verb)}
        base.add(verb)
    for word in _IRREGULAR.split():
        verb, _, form = word.rpartition("/")
        sure.add(form)
        if verb:
            sure.add(_third(verb))
            base.add(verb)
    return frozenset(sure), frozenset(base)


def _third(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else f"{verb}s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if verb in _DOUBLING:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


FINITE, BASES = _forms()


def words_of(masked: str) -> list[str]:
    """The words at the beginning of a clause, a named thing as one."""
    return _WORD.findall(masked)[:_SUBJECT_LENGTH]


def has_verb(words: Sequence[str]) -> bool:
    """Whether a clause, without what leads up to it, has a subject and a finite verb."""
    if not words:
        return False
    if _CONTRACTED.fullmatch(words[0]) or words[0] in {"i", "we"}:
        return True
    led = words[0] in _LEADS
    for before, word, after in zip(words, words[1:], [*words[2:], ""], strict=False):
        if word in _NO_VERB_AFTER and not (led and word in _WITHIN_SUBJECT):
            return False
        if _is_verb(word, before, after, led=led):
            return True
    return False


def _is_verb(word: str, before: str, after: str, *, led: bool) -> bool:
    """ "cashmere pills so quickly" but "cushion covers"; "retinol burned my face" but "washed cotton"."""
    if word in FINITE:
        if led or word in _AUXILIARY:
            return True
        return after in _OBJECTS if word.endswith("ed") else word not in _NOUNS_TOO
    if word not in BASES or before in _NO_VERB_AFTER:
        return False
    if led and (before in _LEADS or before.endswith(("s", MASK))):
        return True
    return word in _SURE_BASES or after in _OBJECTS or after in _MANNERS


def asks(words: Sequence[str]) -> bool:
    """Whether the verb comes before its subject: "do folding bikes wobble", but not "would like one", "is for him"."""
    first, second = [*words[:2], "", ""][:2]
    if first in _PERFECT:
        return second in _SOMEBODY
    return first in _INVERTING and second != "" and second not in _LITTLE_WORDS and second not in BASES


def tells(words: Sequence[str]) -> bool:
    """Whether a clause without its subject says what was or is being done: "had one", "returning the boots"."""
    first, second = [*words[:2], "", ""][:2]
    if first in _PRAISING:
        return second in _OBJECTS - {"a", "an"}
    if first.endswith("ing"):
        return second in _OBJECTS - {"a", "an"} and first not in _SEEKING
    if first in {"had", "lost"}:
        return second != ""
    return first in FINITE and first not in _AUXILIARY and second in _OBJECTS | {"to"}
