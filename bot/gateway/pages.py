"""The demo shop's pages: a small shop around the two lines of HTML that any shop would paste."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.gateway import pictures
from bot.gateway.catalogue import Product, Shelves, colour_of, slug
from bot.gateway.parts import parts_of
from profiling.money import format_price
from profiling.types import Item

TILES = 8
MAX_CART = 50
MAX_QUERY = 200

NOT_SHOWN = {"Tags", "GTIN", "MPN", "Condition", "Department", "Gender", "Age group", "Target gender"}
"""Attributes that are for machines, or said elsewhere on the page."""

ERRORS = {
    404: ("We looked everywhere", "This page is not in our shop, or no longer. Try the search, or ask in the chat."),
    405: ("Not like this", "This address does not take that kind of request."),
}
OUR_FAULT = ("Something is stuck", "That was our fault, not yours. Please try again in a moment.")


async def home(request: Request) -> Response:
    """The front page: departments, and products on offer."""
    shelves = await _shelves(request)
    departments = [(name, products[0]) for name, products in shelves.departments.items()]
    offers = [product for product in shelves.products.values() if product.in_stock and product.first.list_price_cents]
    others = [product for product in shelves.products.values() if product.in_stock and product not in offers]
    step = max(1, len(others) // TILES)
    return await _page(
        request, "home.html", departments=departments, offers=_spread(offers)[:TILES], picks=others[::step][:TILES]
    )


async def department(request: Request) -> Response:
    """All products of a department, or of one type in it."""
    shelves = await _shelves(request)
    wanted = request.path_params["department"]
    found = next((entry for entry in shelves.departments.items() if slug(entry[0]) == wanted), None)
    if found is None:
        raise HTTPException(404)
    name, products = found
    types = list(dict.fromkeys(product.first.product_type for product in products if product.first.product_type))
    chosen = next((kind for kind in types if slug(kind) == request.query_params.get("type")), "")
    shown = [product for product in products if chosen in ("", product.first.product_type)]
    return await _page(request, "listing.html", title=name, products=shown, types=types, chosen=chosen)


async def search(request: Request) -> Response:
    """Products that match ?q=."""
    query = " ".join(request.query_params.get("q", "").split())[:MAX_QUERY]
    shelves = await _shelves(request)
    return await _page(
        request,
        "listing.html",
        title=f"“{query}”" if query else "Search",
        products=shelves.search(query),
        types=[],
        chosen="",
        query=query,
    )


async def item(request: Request) -> Response:
    """One variant, with links to the others of its product."""
    shelves = await _shelves(request)
    shown = shelves.items.get(request.path_params["item_id"])
    if shown is None:
        raise HTTPException(404)
    return await _item_page(request, shelves.products[shown.group_id or shown.item_id], shown)


async def product(request: Request) -> Response:
    """A product by its handle: the variant that can be bought, or the one in ?sku=."""
    shelves = await _shelves(request)
    found = shelves.products.get(request.path_params["handle"])
    if found is None:
        raise HTTPException(404)
    sku = request.query_params.get("sku")
    return await _item_page(request, found, next((i for i in found.variants if i.item_id == sku), found.first))


async def faq(request: Request) -> Response:
    """All questions, by topic."""
    topics: dict[str, list[Any]] = {}
    for question in parts_of(request).shop.questions:
        topics.setdefault(question.topic, []).append(question)
    return await _page(request, "faq.html", title="Questions and answers", topics=topics)


async def policy(request: Request) -> Response:
    """One policy."""
    found = parts_of(request).shop.policies.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    return await _page(request, "policy.html", title=found.title, policy=found)


async def cart(request: Request) -> Response:
    """The cart's page; the cart itself is kept in the browser."""
    return await _page(request, "cart.html", title="Your cart")


async def cart_items(request: Request) -> Response:
    """Title, price and stock of ?ids=A,B as they are now, for the cart's page."""
    shelves = await _shelves(request)
    ids = request.query_params.get("ids", "").split(",")[:MAX_CART]
    found = [shelves.items[item_id] for item_id in dict.fromkeys(ids) if item_id in shelves.items]
    return JSONResponse([_cart_line(item) for item in found])


async def picture(request: Request) -> Response:
    """A drawing of a kind of thing in a colour."""
    shape, colour = request.path_params["shape"], request.path_params["colour"]
    try:
        svg = pictures.draw(shape, colour, shop_dir=parts_of(request).settings.shop_dir)
    except KeyError:
        raise HTTPException(404) from None
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": "default-src 'none'"})


async def error_page(request: Request, status: int) -> Response:
    """A page that says what went wrong, in the shop's clothes."""
    title, text = ERRORS.get(status, OUR_FAULT)
    return await _page(request, "error.html", status_code=status, title=title, text=text)


ROUTES = [
    Route("/", home),
    Route("/shop/{department}", department),
    Route("/search", search),
    Route("/item/{item_id:path}", item),
    Route("/products/{handle:path}", product),
    Route("/faq", faq),
    Route("/policies/{name}", policy),
    Route("/cart", cart),
    Route("/cart/items", cart_items),
    Route("/pictures/{shape}/{colour}.svg", picture),
    Route("/favicon.ico", lambda _: RedirectResponse("/static/mark.svg", status_code=301)),
]


async def _item_page(request: Request, product: Product, shown: Item) -> Response:
    shop = parts_of(request).shop
    reviews = shop.reviews.get(product.handle, ())
    alike = [other for other in (await _shelves(request)).departments[product.department] if other is not product]
    same = [other for other in alike if other.first.product_type == shown.product_type]
    return await _page(
        request,
        "item.html",
        title=shown.title,
        product=product,
        item=shown,
        colours=[(name, product.nearest(colour=name, size=shown.size)) for name in product.colours],
        sizes=[(size, product.variant(colour=colour_of(shown), size=size)) for size in product.sizes],
        reviews=reviews,
        rating=sum(review.rating for review in reviews) / len(reviews) if reviews else 0,
        promotions=shop.promotions_for(shown.product_type),
        alike=(same + [other for other in alike if other not in same])[:4],
    )


async def _page(request: Request, template: str, *, status_code: int = 200, **context: Any) -> Response:
    shelves = await _shelves(request)
    shared = {
        "shop": parts_of(request).shop,
        "departments_nav": [(name, slug(name)) for name in shelves.departments],
        "path": request.url.path,
        "title": "",
        "query": "",
        "item": None,
    }
    html = _templates().get_template(template).render(shared | context)
    return HTMLResponse(html, status_code=status_code)


async def _shelves(request: Request) -> Shelves:
    return await parts_of(request).catalogue.shelves()


def _cart_line(item: Item) -> dict[str, Any]:
    details = [*([colour_of(item)] if item.colours else []), *([f"size {item.size}"] if item.size else [])]
    return {
        "item_id": item.item_id,
        "title": item.title,
        "details": ", ".join(details),
        "price_cents": item.price_cents or 0,
        "currency": item.currency,
        "image_url": item.image_url,
        "url": _link(item),
        "available": item.availability != "out_of_stock",
    }


def _spread(products: Sequence[Product]) -> list[Product]:
    """One product of each type first, so that a row is not all of a kind."""
    seen: dict[str, int] = {}
    ranked = []
    for product in products:
        kind = product.first.product_type
        ranked.append((seen.setdefault(kind, 0), product))
        seen[kind] += 1
    return [product for _, product in sorted(ranked, key=lambda entry: entry[0])]


def _link(item: Item) -> str:
    return f"/item/{quote(item.item_id)}"


def _price(cents: int | None, currency: str) -> str:
    return "" if cents is None else format_price(cents, currency)


def _stock(item: Item) -> str:
    if item.availability == "in_stock":
        few = item.stock_count is not None and item.stock_count <= 3
        return f"Only {item.stock_count} left" if few else "In stock"
    return {"out_of_stock": "Out of stock", "preorder": "Can be ordered ahead", "backorder": "On its way to us"}[
        item.availability
    ]


def _details(item: Item) -> list[tuple[str, str]]:
    """The attributes that a shopper wants to read."""
    return [(name, value) for name, value in item.attributes.items() if value and name not in NOT_SHOWN]


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "price": _price,
        "slug": slug,
        "link": _link,
        "stock": _stock,
        "colour": colour_of,
        "details": _details,
    }
    return environment
