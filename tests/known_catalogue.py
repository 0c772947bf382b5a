"""Two dozen items whose right answers are true by construction."""

from __future__ import annotations

from collections.abc import Sequence

from profiling.catalogue.facets import facets_of
from profiling.engine import Engine
from profiling.types import Item


def mouse(item_id: str, title: str, price_cents: int | None, **fields: object) -> Item:
    return Item(item_id=item_id, title=title, product_type="mouse", price_cents=price_cents, currency="EUR", **fields)  # type: ignore[arg-type]


def box(width: float, depth: float, height: float, weight: float) -> dict[str, float]:
    return {"width_mm": width, "depth_mm": depth, "height_mm": height, "weight_g": weight}


ITEMS: Sequence[Item] = (
    mouse(
        "m-pebble", "Pebble wireless mouse", 1990, brand="Trustee", colours=("black",), measures=box(60, 100, 35, 80)
    ),
    mouse(
        "m-pebble-red",
        "Pebble wireless mouse",
        1990,
        brand="Trustee",
        colours=("red",),
        group_id="m-pebble",
        measures=box(60, 100, 35, 80),
    ),
    mouse(
        "m-mini",
        "Mini travel mouse, wireless",
        1490,
        brand="Minnow",
        colours=("black",),
        measures=box(45, 70, 25, 50),
        stock_count=2,
    ),
    mouse(
        "m-big", "Boulder wireless mouse", 2490, brand="Boulderworks", colours=("grey",), measures=box(80, 130, 45, 140)
    ),
    mouse(
        "m-logi",
        "Logitech M185 wireless mouse",
        1790,
        brand="Logitech",
        colours=("black",),
        measures=box(58, 95, 36, 75),
    ),
    mouse("m-wired", "Corded desk mouse", 990, brand="Trustee", colours=("black",), measures=box(60, 110, 35, 90)),
    mouse(
        "m-dear", "Glide Pro wireless mouse", 8990, brand="Minnow", colours=("black",), measures=box(70, 110, 40, 110)
    ),
    mouse("m-gone", "Ghost wireless mouse", 1290, brand="Minnow", colours=("white",), availability="out_of_stock"),
    mouse("m-free", "Mystery wireless mouse", None, brand="Minnow", colours=("green",)),
    Item(
        "pad-1",
        "Desk mouse pad, cork",
        product_type="mouse pad",
        price_cents=790,
        currency="EUR",
        brand="Trustee",
        colours=("brown",),
        materials=("cork",),
    ),
    Item(
        "k-1",
        "Quiet wireless keyboard",
        product_type="keyboard",
        price_cents=3990,
        currency="EUR",
        brand="Logitech",
        colours=("grey",),
    ),
    Item(
        "j-wool",
        "Fell jumper",
        product_type="jumper",
        price_cents=8900,
        currency="EUR",
        brand="Brindlewick",
        colours=("forest green",),
        size="M",
        materials=("merino wool",),
        description="Fine knit. Machine-washable at 30 degrees. Runs small.",
    ),
    Item(
        "j-cotton-m",
        "Harbour jumper",
        product_type="jumper",
        price_cents=5900,
        currency="EUR",
        brand="Brindlewick",
        colours=("navy",),
        size="M",
        materials=("cotton",),
        group_id="j-cotton",
        description="Thick cotton, no wool. Holds its shape.",
    ),
    Item(
        "j-cotton-l",
        "Harbour jumper",
        product_type="jumper",
        price_cents=5900,
        currency="EUR",
        brand="Brindlewick",
        colours=("navy",),
        size="L",
        materials=("cotton",),
        group_id="j-cotton",
        availability="out_of_stock",
    ),
    Item(
        "r-1",
        "Squall rain jacket",
        product_type="rain jacket",
        price_cents=11900,
        list_price_cents=14900,
        currency="EUR",
        brand="Kestrel Row",
        colours=("yellow",),
        size="M",
        materials=("polyester",),
        description="Waterproof and windproof, with taped seams. Not for long days in heavy rain.",
    ),
    Item(
        "r-2",
        "Drizzle rain jacket",
        product_type="rain jacket",
        price_cents=7900,
        currency="EUR",
        brand="Kestrel Row",
        colours=("black",),
        size="L",
        materials=("polyester",),
        description="Waterproof city jacket.",
    ),
    Item(
        "f-1",
        "Tarn fleece jacket",
        product_type="fleece jacket",
        price_cents=6900,
        currency="EUR",
        brand="Kestrel Row",
        colours=("blue",),
        size="M",
        materials=("fleece",),
    ),
    Item(
        "s-42",
        "Ridge trainers",
        product_type="trainers",
        price_cents=9900,
        currency="EUR",
        brand="Kestrel Row",
        colours=("white",),
        size="42",
        group_id="s-ridge",
    ),
    Item(
        "s-43",
        "Ridge trainers",
        product_type="trainers",
        price_cents=9900,
        currency="EUR",
        brand="Kestrel Row",
        colours=("white",),
        size="43",
        group_id="s-ridge",
    ),
    Item(
        "b-42",
        "Scree hiking boots",
        product_type="hiking boots",
        price_cents=15900,
        currency="EUR",
        brand="Kestrel Row",
        colours=("brown",),
        size="42",
        materials=("leather",),
    ),
    Item(
        "k-kettle",
        "Heron gooseneck kettle",
        product_type="kettle",
        price_cents=5490,
        currency="EUR",
        brand="Hob & Hearth",
        colours=("silver",),
        materials=("stainless steel",),
        description="Holds 0.9 litres. Switches off by itself.",
    ),
    Item(
        "l-desk",
        "Arc desk lamp",
        product_type="desk lamp",
        price_cents=4990,
        currency="EUR",
        brand="Hob & Hearth",
        colours=("black",),
        attributes={"Dimmable": "yes, in three steps"},
    ),
)


def load_items(engine: Engine, items: Sequence[Item], *, feed: str = "known") -> None:
    """Puts items into the engine's store, as an import would."""
    store = engine.catalogue.items
    with engine.store.writing():
        for item in items:
            store.upsert(item, feed=feed, facets=facets_of(item, engine.vocabulary))
        store.bump_version()
