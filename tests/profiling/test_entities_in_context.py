"""Spans that only their neighbours give away: models, bare sizes, properties in the shopper's own words, purposes.

None of these sentences is in `data/labelled`; a span is written as [words|label].
"""

from __future__ import annotations

import re

import pytest

from profiling.entities import EntityExtractor
from profiling.entities.spans import Span
from profiling.evaluate.entities import span_of
from profiling.settings import Settings
from profiling.text.words import WordList
from profiling.vocabulary import load_vocabulary

MARKED = [
    "[puma|brand] [hoodie|product_type] for [my nephew|recipient], [128|size] or [134|size]",
    "do u have [air fryers|product_type] [under 90 euros|price]",
    "my [Bosch|brand] [dishwasher|product_type] [SMS4HVI33E|model] leaks",
    "[ski jacket|product_type] [womens|recipient] [M|size] [purple|colour] with [snow skirt|feature]",
    "[sony|brand] [wh-1000xm4|model] [black|colour] [under 250|price] pls",
    "[hiking socks|product_type] [merino|material] [39-42|size]",
    "any [sunglasses|product_type] for [driving|use]? [polarised|feature] if possible",
    "where is order [#88123|order_number]? should have come [yesterday|date]",
    "[dog harness|product_type] for [a beagle|recipient], [reflective|feature]",
    "the [garden table|product_type] is [teak|material], right?",
    "i'd like [linen|material] [curtains|product_type] [140 x 245|size] [cream|colour]",
    "[kids'|recipient] [bike helmet|product_type] [48-54 cm|size] [pink|colour]",
    "a gift for [my mother in law|recipient], she's into [gardening|use], [30-40 euros|price]",
    "[levis|brand] [501|model] [w32 l34|size] [black|colour]",
    "[mens|recipient] [boxers|product_type] [cotton|material] [xl|size] [black|colour]",
    "[standing desk|product_type] [electric|feature] [140x70|size] [walnut|material]",
    "[tablet|product_type] for [drawing|use] [under 400|price]",
    "[stainless steel|material] [lunch box|product_type] [leakproof|feature]",
    "i paid [49.90|price] for the [backpack|product_type] on [12 october|date]",
    "[yoga mat|product_type] [6mm|size] [non slip|feature] [turquoise|colour]",
    "[coffee beans|product_type] [decaf|feature] [1kg|size]",
    "[usb c|feature] [charger|product_type] [65w|feature]",
    "[ssd|product_type] [1tb|size] [samsung|brand]",
    "is the [oak|material] [bookcase|product_type] [200 cm|size] high?",
    "[swimming goggles|product_type] for [kids|recipient] [anti fog|feature]",
    "[summer dress|product_type] [floral|feature] size [44|size]",
    "[birkenstock|brand] [arizona|model] [38|size] narrow",
    "[wedding|use] guest [dress|product_type] [dusty pink|colour] [uk 16|size]",
    "return [ORD-7781|order_number], the [jeans|product_type] are too tight",
    "[le creuset|brand] [casserole|product_type] [24 cm|size] [orange|colour]",
    "[electric kettle|product_type] [1.7 l|size] [glass|material]",
    "can it arrive before [friday|date]",
    "[rain jacket|product_type] for [my 4 yr old|recipient] [yellow|colour]",
    "[tent|product_type] [3 person|size] [waterproof|feature] for [festivals|use]",
    "[seagate|brand] [external hard drive|product_type] [4 tb|size]",
    "do the [boots|product_type] come in half sizes",
    "i'm a [uk 5.5|size], what's that in eu",
    "[leather|material] [sofa|product_type] [3 seater|size] [brown|colour] [max 1200|price]",
    "[gluten free|feature] [pasta|product_type]",
    "[school bag|product_type] with [reflectors|feature] for [my daughter|recipient]",
    "[lego|brand] for [a 9 year old|recipient] [around 50|price]",
    "[nespresso|brand] [vertuo|model] pods",
    "is the [iphone 14|model] midnight one in stock",
    "harry potter [mug|product_type]",
    "[quilt|product_type] [king size|size] [white|colour] [cotton|material]",
    "[rucksack|product_type] [40l|size] for [trekking|use]",
    "my order [W3321|order_number] has the wrong [lamp|product_type]",
    "[ladies|recipient] [cardigan|product_type] [cashmere|material] [beige|colour] [14|size]",
    "[compression socks|product_type] for [flights|use] [black|colour] [L|size]",
    "[chef's knife|product_type] [20cm|size] [wusthof|brand]",
    "[phone|product_type] with [long battery life|feature] and [dual sim|feature]",
]
_SPAN = re.compile(r"\[([^|\]]+)\|(\w+)\]")


@pytest.fixture(scope="module")
def extractor() -> EntityExtractor:
    words = WordList.from_tokenizer(Settings.from_environment().encoder_dir / "tokenizer.json")
    return EntityExtractor(load_vocabulary(), brands=("Logitech", "HP"), nodes=[], words=words, currency="EUR")


def unmarked(marked: str) -> tuple[str, set[Span]]:
    text, spans, position = "", set(), 0
    for match in _SPAN.finditer(marked):
        text += marked[position : match.start()]
        spans.add(Span(len(text), len(text) + len(match[1]), match[2]))
        text, position = text + match[1], match.end()
    return text + marked[position:], spans


@pytest.mark.parametrize("marked", MARKED)
def test_spans(extractor: EntityExtractor, marked: str) -> None:
    text, spans = unmarked(marked)
    assert {span_of(mention) for mention in extractor.mentions(text)} == spans
