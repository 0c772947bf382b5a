"""A WooCommerce shop that behaves as its REST API's documentation says, in memory."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

KEY, SECRET = "ck_1", "cs_1"
HOME = {"first_name": "Ada", "last_name": "Byron", "company": "", "address_1": "Mill Street 1", "address_2": "", "city": "Bonn",
        "state": "", "postcode": "53111", "country": "DE", "phone": ""}  # fmt: skip
EMPTY = dict.fromkeys(HOME, "")


class FakeWooCommerce:
    """`faults` are answers given in place of the next ones; the write number `breaks_at` from now is done and then fails."""

    def __init__(self) -> None:
        self.faults: list[Response] = []
        self.breaks_at = 0
        self.seen: list[tuple[str, str]] = []
        self.refuses_refunds = False
        self.refunded_lines: list[dict[str, Any]] = []
        self.notes: dict[int, list[dict[str, Any]]] = {}
        self.customers = {
            7: {"id": 7, "email": "ada@example.org", "first_name": "Ada", "last_name": "Byron", "billing": {**HOME, "email": "ada@example.org"}, "shipping": dict(EMPTY)},
            8: {"id": 8, "email": "bob@example.org", "first_name": "Ada", "last_name": "Byron", "billing": {**HOME, "postcode": "10115"}, "shipping": dict(EMPTY)},
        }  # fmt: skip
        self.variations = {
            30: [
                variation(31, "S", "19.90"),
                variation(32, "M", "19.90"),
                variation(33, "L", "21.90", stock="outofstock"),
                variation(34, "XS", "17.90"),
            ],
        }
        self.products = {30: product(30, "Linen shirt", kind="variable"), 40: product(40, "Mug")}
        self.products |= {number: product(number, f"Candle {number}") for number in range(1000, 1120)}
        self.orders = {
            501: order(501, 7, "processing", "2026-11-20T09:00:00", "stripe", [line(1, 30, 31, 2, "39.80", "S"), line(2, 40, 0, 1, "8.00", "")]),
            502: order(502, 7, "completed", "2026-10-01T09:00:00", "paypal", [line(3, 30, 32, 1, "19.90", "M")]),
            503: order(503, 8, "processing", "2026-11-21T09:00:00", "bacs", [line(4, 40, 0, 1, "8.00", "")]),
        }  # fmt: skip
        self.orders[504] = {**order(504, 7, "pending", "2026-09-01T09:00:00", "bacs", [line(5, 40, 0, 1, "8.00", "")]), "number": "SO-504", "date_paid_gmt": None}  # fmt: skip

    def app(self) -> Starlette:
        """The server."""
        return Starlette(routes=[Route("/wp-json/wc/v3/{path:path}", self.handle, methods=["GET", "PUT", "POST"])])

    async def handle(self, request: Request) -> Response:
        self.seen.append((request.method, request.path_params["path"]))
        if self.faults:
            return self.faults.pop(0)
        wanted = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != wanted:
            return error("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401)
        body = await request.json() if request.method != "GET" else {}
        answer = self.answer(request, request.path_params["path"].split("/"), body)
        if request.method != "GET" and self.breaks_at:
            self.breaks_at -= 1
            if not self.breaks_at:
                return PlainTextResponse("<html>Fatal error</html>", 502)
        return answer

    def answer(self, request: Request, path: list[str], body: Mapping[str, Any]) -> Response:  # noqa: PLR0911
        match request.method, path:
            case "GET", ["orders"]:
                customer, search = request.query_params.get("customer"), request.query_params.get("search", "")
                rows = [
                    o
                    for o in self.orders.values()
                    if (customer is None or str(o["customer_id"]) == customer) and search in o["number"].casefold()
                ]
                return self.page(request, sorted(rows, key=lambda row: row["date_created_gmt"], reverse=True))
            case "GET", ["customers"]:
                email, search = request.query_params.get("email"), request.query_params.get("search", "")
                rows = [
                    c
                    for c in self.customers.values()
                    if email in (None, c["email"]) and search in f"{c['first_name']} {c['last_name']}".casefold()
                ]
                return self.page(request, rows)
            case "GET", ["products"]:
                return self.page(request, list(self.products.values()))
            case "GET", ["products", number, "variations"]:
                return self.page(request, self.variations.get(int(number), []))
            case "GET", [kind, number]:
                row = getattr(self, kind).get(int(number))
                return JSONResponse(row) if row else error(f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.", 404)
            case "PUT", [kind, number]:
                row = getattr(self, kind).get(int(number))
                if row is None:
                    return error("woocommerce_rest_invalid_id", "Invalid ID.", 404)
                row.update({name: value for name, value in body.items() if name not in {"line_items", "meta_data"}})
                for entry in body.get("meta_data", []):  # of the same key: replaced
                    row["meta_data"] = [one for one in row["meta_data"] if one["key"] != entry["key"]]
                    row["meta_data"].append({"id": len(row["meta_data"]) + 50, **entry})
                self.change_lines(row, body.get("line_items", []))
                return JSONResponse(row)
            case "GET", ["orders", number, "notes"]:
                return JSONResponse(self.notes.get(int(number), []))
            case "POST", ["orders", number, "notes"]:
                notes = self.notes.setdefault(int(number), [])
                notes.append({"id": len(notes), **body})
                return JSONResponse(notes[-1], 201)
            case "POST", ["orders", number, "refunds"]:
                return self.refund(self.orders[int(number)], body)
        return error("rest_no_route", "No route was found.", 404)

    def change_lines(self, row: dict[str, Any], wanted: list[dict[str, Any]]) -> None:
        for change in wanted:
            known = next((line for line in row["line_items"] if line["id"] == change.get("id")), None)
            if known is None:
                fresh = line(
                    len(row["line_items"]) + 90,
                    change["product_id"],
                    change["variation_id"],
                    change["quantity"],
                    change["total"],
                    "?",
                )
                row["line_items"].append(fresh)
            elif change["quantity"] == 0:
                row["line_items"].remove(known)
            else:
                known.update(change)

    def refund(self, row: dict[str, Any], body: Mapping[str, Any]) -> Response:
        if self.refuses_refunds:
            return error("woocommerce_rest_cannot_create_order_refund", "The payment gateway said no.", 400)
        left = float(row["total"]) + sum(float(refund["total"]) for refund in row["refunds"])
        if float(body["amount"]) > left + 0.001:
            return error("woocommerce_rest_invalid_order_refund_amount", "Refund amount is too high.", 400)
        for wanted in body.get("line_items", []):
            known = next((one for one in row["line_items"] if one["id"] == wanted["id"]), None)
            if (
                known is None
                or wanted["quantity"] > known["quantity"]
                or wanted["refund_total"] > float(known["total"])
            ):
                return error("woocommerce_rest_invalid_line_items", "Invalid line items.", 400)
        row["refunds"].append(
            {"id": 900 + len(row["refunds"]), "reason": body["reason"], "total": f"-{body['amount']}"}
        )
        self.refunded_lines += body.get("line_items", [])
        return JSONResponse(row["refunds"][-1], 201)

    def page(self, request: Request, rows: list[dict[str, Any]]) -> Response:
        size, number = int(request.query_params.get("per_page", 10)), int(request.query_params.get("page", 1))
        if not 1 <= size <= 100:
            return error("rest_invalid_param", "per_page must be between 1 and 100.", 400)
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(-(-len(rows) // size))}
        return JSONResponse(rows[(number - 1) * size : number * size], headers=headers)


def error(code: str, message: str, status: int) -> Response:
    return JSONResponse({"code": code, "message": message, "data": {"status": status}}, status)


def product(number: int, name: str, *, kind: str = "simple") -> dict[str, Any]:
    attributes = (
        [{"id": 0, "name": "Size", "options": ["S", "M", "L"], "variation": True}] if kind == "variable" else []
    )
    return {"id": number, "name": name, "type": kind, "price": "8.00", "stock_status": "instock", "purchasable": True, "attributes": attributes}  # fmt: skip


def variation(number: int, size: str, price: str, *, stock: str = "instock") -> dict[str, Any]:
    return {"id": number, "price": price, "stock_status": stock, "purchasable": True, "attributes": [{"id": 0, "name": "Size", "option": size}]}  # fmt: skip


def line(number: int, product_id: int, variation_id: int, quantity: int, total: str, size: str) -> dict[str, Any]:  # noqa: PLR0917
    meta = (
        [{"id": 1, "key": "pa_size", "value": size.lower(), "display_key": "Size", "display_value": size}]
        if size
        else []
    )
    return {"id": number, "name": "Thing", "product_id": product_id, "variation_id": variation_id, "quantity": quantity, "subtotal": total,
            "total": total, "total_tax": "0.00", "meta_data": [*meta, {"id": 2, "key": "_reduced_stock", "value": "1"}]}  # fmt: skip


def order(number: int, customer: int, status: str, at: str, method: str, lines: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: PLR0917
    total = sum(float(row["total"]) for row in lines) + 4.9
    parcel = (
        [{"tracking_provider": "Tern Parcel", "tracking_number": "TP1", "date_shipped": "1759300000"}]
        if status == "completed"
        else []
    )
    return {"id": number, "number": str(number), "customer_id": customer, "status": status, "currency": "EUR", "date_created_gmt": at,
            "date_paid_gmt": at, "date_completed_gmt": at if status == "completed" else None, "total": f"{total:.2f}", "shipping_total": "4.90",
            "shipping_tax": "0.00", "payment_method": method, "billing": dict(HOME), "shipping": dict(HOME), "line_items": lines, "refunds": [],
            "shipping_lines": [{"method_title": "Standard"}], "meta_data": [{"id": 9, "key": "_wc_shipment_tracking_items", "value": parcel}]}  # fmt: skip
