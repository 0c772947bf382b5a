"""A Shopify shop behind its Admin API, in memory: a real GraphQL server over the part of the public schema that is used."""

# ruff: noqa: A002, A006  # named as in the schema
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import graphql_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.contract.fake_shopify_records import amount, customer, item, mailing, money, order, variant
from tests.contract.fake_shopify_schema import SCHEMA

TOKEN = "shpat_1"
COST = {
    "cost": {
        "requestedQueryCost": 102,
        "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": 100, "restoreRate": 100},
    }
}


def throttled() -> Response:
    """What Shopify says, with status 200, when too much was asked."""
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    return JSONResponse({"errors": [error], "extensions": COST})


class FakeShopify:
    """`faults` are answers in place of the next ones; the mutation number `breaks_at` from now is done and then fails.
    While it `drops`, a mutation fails and is not done.

    A cancellation needs `job_polls` questions about its job before it is done.
    """

    def __init__(self) -> None:
        self.faults: list[Response] = []
        self.breaks_at = 0
        self.drops = False
        self.job_polls = 1
        self.mutations: list[str] = []
        self.edit: dict[str, Any] = {}
        self.finish: Callable[[], None] = lambda: None
        self.customers = [
            customer(7, "Ada Byron", "ada@example.org", "53111"),
            customer(8, "Ada Byron", "bob@example.org", "10115"),
        ]
        self.shirt = [
            variant(31, 30, "S", "19.90"),
            variant(32, 30, "M", "19.90"),
            variant(33, 30, "L", "21.90", available=False),
            variant(34, 30, "XS", "17.90"),
        ]
        self.products = [{"id": "gid://shopify/Product/30", "title": "Linen shirt"}]
        self.products += [
            {"id": f"gid://shopify/Product/{number}", "title": f"Candle {number}"} for number in range(1000, 1150)
        ]
        self.orders = [
            order(501, self.customers[0], "2026-11-20T09:00:00Z", "shopify_payments", [(self.shirt[0], 2)]),
            order(502, self.customers[0], "2026-10-01T09:00:00Z", "paypal", [(self.shirt[1], 1)], delivered=True),
            order(503, self.customers[1], "2026-11-21T09:00:00Z", "paypal", [(self.shirt[1], 1)]),
        ]

    def app(self) -> Starlette:
        """The server."""
        return Starlette(routes=[Route("/admin/api/2026-01/graphql.json", self.handle, methods=["POST"])])

    async def handle(self, request: Request) -> Response:
        if request.headers.get("X-Shopify-Access-Token") != TOKEN:
            return JSONResponse({"errors": "[API] Invalid API key or access token"}, 401)
        if self.faults:
            return self.faults.pop(0)
        body = await request.json()
        if self.drops and body["query"].lstrip().startswith("mutation"):
            return Response(status_code=504)
        done = graphql_sync(SCHEMA, body["query"], root_value=self.resolvers(), variable_values=body["variables"])
        if body["query"].lstrip().startswith("mutation") and self.breaks_at:
            self.breaks_at -= 1
            if not self.breaks_at:
                self.finish()  # what goes on in the background does not need the line
                return JSONResponse({"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]})
        return JSONResponse({**done.formatted, "extensions": COST})

    def resolvers(self) -> dict[str, Callable[..., Any]]:
        return {
            "orders": lambda _, query, first, after=None, **rest: page(self.find_orders(query), first, after),
            "customer": lambda _, id: next((row for row in self.customers if row["id"] == id), None),
            "customers": lambda _, query, first, after=None: page(self.find_customers(query), first, after),
            "products": lambda _, first, after=None: page(self.products, first, after),
            "productVariants": lambda _, query, first, after=None: page(
                self.shirt if query == "product_id:30" else [], first, after
            ),
            "job": self.job,
            "orderCancel": self.cancel,
            "orderUpdate": self.update,
            "customerAddressUpdate": self.move,
            "returnRequest": self.request_return,
            "returnCreate": self.create_return,
            "refundCreate": self.refund,
            "order": lambda _, id: self.row(id),
            **OrderEdits(self).resolvers(),
        }

    def find_orders(self, query: str) -> list[dict[str, Any]]:
        kind, _, value = query.partition(":")
        if kind == "customer_id":
            found = [row for row in self.orders if row["customer"]["id"].endswith(f"/{value}")]
        else:  # a search, so it finds what begins alike, too
            found = [
                row for row in self.orders if row["name"].removeprefix("#").casefold().startswith(value.strip('"'))
            ]
        return sorted(found, key=lambda row: row["createdAt"], reverse=True)

    def find_customers(self, query: str) -> list[dict[str, Any]]:
        if query.startswith("email:"):
            return [row for row in self.customers if row["defaultEmailAddress"]["emailAddress"] == query[6:].strip('"')]
        return [row for row in self.customers if query.strip('"') in row["displayName"].casefold()]

    def cancel(self, _: Any, orderId: str, **rest: Any) -> dict[str, Any]:
        self.mutations.append("orderCancel")
        row = next(row for row in self.orders if row["id"] == orderId)
        if row["cancelledAt"]:
            return {
                "job": None,
                "orderCancelUserErrors": [{"field": ["orderId"], "message": "Order is already cancelled."}],
            }
        assert rest["refundMethod"] == {"originalPaymentMethodsRefund": True}
        self.finish = lambda: row.update(cancelledAt="2026-11-25T09:00:00Z", totalRefundedSet=row["totalReceivedSet"])
        return {"job": {"id": "gid://shopify/Job/1", "done": False}, "orderCancelUserErrors": []}

    def job(self, _: Any, id: str) -> dict[str, Any]:
        self.job_polls -= 1
        if self.job_polls == 0:
            self.finish()
        return {"id": id, "done": self.job_polls <= 0}

    def update(self, _: Any, input: dict[str, Any]) -> dict[str, Any]:
        self.mutations.append("orderUpdate")
        row = self.row(input["id"])
        if "note" in input:
            row["note"] = input["note"]
        if "shippingAddress" in input:
            row["shippingAddress"] = mailing(input["shippingAddress"])
        return {"order": row, "userErrors": []}

    def row(self, id: str) -> dict[str, Any]:
        return next(row for row in self.orders if row["id"] == id)

    def refund(self, _: Any, input: dict[str, Any]) -> dict[str, Any]:
        self.mutations.append("refundCreate")
        row, (paid,) = self.row(input["orderId"]), input["transactions"]
        left = amount(row["totalReceivedSet"]) - amount(row["totalRefundedSet"])
        if (
            paid["parentId"] != row["transactions"][0]["id"]
            or paid["kind"] != "REFUND"
            or float(paid["amount"]) > left + 0.001
        ):
            return {
                "refund": None,
                "userErrors": [{"field": ["transactions"], "message": "Refund amount is too high."}],
            }
        row["totalRefundedSet"] = money(amount(row["totalRefundedSet"]) + float(paid["amount"]))
        row["refunds"].append({"id": f"gid://shopify/Refund/{len(row['refunds'])}", "note": input["note"]})
        return {"refund": row["refunds"][-1], "userErrors": []}

    def create_return(self, _: Any, returnInput: dict[str, Any]) -> dict[str, Any]:
        self.mutations.append("returnCreate")
        return self.request_return(_, {**returnInput, "status": "IN_PROGRESS"})

    def move(self, _: Any, customerId: str, address: dict[str, Any], **rest: Any) -> dict[str, Any]:
        row = next(row for row in self.customers if row["id"] == customerId)
        row["defaultAddress"] = mailing(address)
        return {"address": row["defaultAddress"], "userErrors": []}

    def request_return(self, _: Any, input: dict[str, Any]) -> dict[str, Any]:
        row = next(row for row in self.orders if row["id"] == input["orderId"])
        sent = {
            entry["id"]: entry for parcel in row["fulfillments"] for entry in parcel["fulfillmentLineItems"]["nodes"]
        }
        if any(line["quantity"] > sent[line["fulfillmentLineItemId"]]["quantity"] for line in input["returnLineItems"]):
            return {"return": None, "userErrors": [{"field": ["input"], "message": "Quantity is too high."}]}
        row["returnStatus"] = input.get("status", "RETURN_REQUESTED")
        back = [
            {"__typename": "ReturnLineItem", "id": f"gid://shopify/ReturnLineItem/{place}", "quantity": line["quantity"],
             "fulfillmentLineItem": sent[line["fulfillmentLineItemId"]]}
            for place, line in enumerate(input["returnLineItems"])
        ]  # fmt: skip
        items = [{"id": line["variantId"]} for line in input.get("exchangeLineItems", [])]
        made = {
            "id": f"gid://shopify/Return/{len(row['returns']['nodes'])}",
            "status": "REQUESTED",
            "exchangeLineItems": {"nodes": items},
            "returnLineItems": {"nodes": back},
        }
        row["returns"]["nodes"].append(made)
        return {"return": made, "userErrors": []}


class OrderEdits:
    """The edit of one order at a time: nothing holds before it is committed."""

    def __init__(self, shop: FakeShopify) -> None:
        self.shop = shop

    def resolvers(self) -> dict[str, Callable[..., Any]]:
        return {
            "orderEditBegin": self.begin,
            "orderEditSetQuantity": self.set_quantity,
            "orderEditAddVariant": self.add,
            "orderEditCommit": self.commit,
        }

    def begin(self, _: Any, id: str) -> dict[str, Any]:
        row = self.shop.row(id)
        lines = [
            {"id": line["id"].replace("LineItem", "CalculatedLineItem"), "quantity": line["currentQuantity"]}
            for line in row["lineItems"]["nodes"]
        ]
        self.shop.edit = {
            "id": "gid://shopify/CalculatedOrder/1",
            "row": row,
            "lineItems": {"nodes": lines},
            "added": [],
        }
        return {"calculatedOrder": self.shop.edit, "userErrors": []}

    def set_quantity(self, _: Any, lineItemId: str, quantity: int, **rest: Any) -> dict[str, Any]:
        line = next(line for line in self.shop.edit["lineItems"]["nodes"] if line["id"] == lineItemId)
        line["quantity"] = quantity
        return {"calculatedOrder": self.shop.edit, "userErrors": []}

    def add(self, _: Any, variantId: str, quantity: int, **rest: Any) -> dict[str, Any]:
        chosen = next(one for one in self.shop.shirt if one["id"] == variantId)
        self.shop.edit["added"].append((chosen, quantity))
        return {"calculatedOrder": self.shop.edit, "userErrors": []}

    def commit(self, _: Any, **rest: Any) -> dict[str, Any]:
        self.shop.mutations.append("orderEditCommit")
        row = self.shop.edit["row"]
        for line, edited in zip(row["lineItems"]["nodes"], self.shop.edit["lineItems"]["nodes"], strict=True):
            line["currentQuantity"] = edited["quantity"]
        for chosen, quantity in self.shop.edit["added"]:
            row["lineItems"]["nodes"].append(
                item(f"{row['name'][1:]}8{len(row['lineItems']['nodes'])}", chosen, quantity)
            )
        total = (
            sum(float(line["variant"]["price"]) * line["currentQuantity"] for line in row["lineItems"]["nodes"]) + 4.9
        )
        row["totalPriceSet"] = row["currentTotalPriceSet"] = money(total)
        return {"order": row, "userErrors": []}


def page(rows: list[Any], first: int, after: str | None) -> dict[str, Any]:
    start = int(after or 0)
    more = start + first < len(rows)
    return {"nodes": rows[start : start + first], "pageInfo": {"hasNextPage": more, "endCursor": str(start + first)}}
