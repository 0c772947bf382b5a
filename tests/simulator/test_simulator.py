"""The simulated shopper and the benchmark's shop, on a small database of our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.desk.case import Case
from actions.desk.desk import Desk
from actions.desk.identity import Doorkeeper
from actions.desk.mail import FolderMailer
from actions.desk.policy import Policy
from profiling.store import Store
from profiling.store.codes import CodeStore
from tests.contract.shop_contract import KnownShop, ShopContract
from tests.simulator.__main__ import main, run, run_all
from tests.simulator.running_bot import POLICY
from tests.simulator.shopper import first_person, read_script
from tests.simulator.tau2_shop import Tau2Shop


@pytest.mark.parametrize(("content", "complaint"), [("", "no JSON"), ("[]", "expected an object")])
def test_a_file_of_another_form_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, complaint: str
) -> None:
    database = tmp_path / "db.json"
    database.write_text(content)
    monkeypatch.setattr("sys.argv", ["simulator", "--db", str(database), "--tasks", str(database)])
    with pytest.raises(SystemExit, match=rf"db\.json: {complaint}"):
        main()


def variant(item_id: str, colour: str, size: str, price: float, *, available: bool = True) -> dict[str, Any]:
    return {"item_id": item_id, "options": {"color": colour, "size": size}, "available": available, "price": price}


def order(number: str, status: str, item: dict[str, Any]) -> dict[str, Any]:
    line = {
        "name": "T-Shirt",
        "product_id": "10",
        "item_id": item["item_id"],
        "price": item["price"],
        "options": item["options"],
    }
    return {
        "order_id": number,
        "user_id": "ada_byron_1",
        "address": {
            "address1": "1 Mill Lane",
            "address2": "",
            "city": "Leeds",
            "country": "USA",
            "state": "NY",
            "zip": "10001",
        },
        "items": [line],
        "status": status,
        "fulfillments": [],
        "payment_history": [{"transaction_type": "payment", "amount": item["price"], "payment_method_id": "paypal_1"}],
    }


@pytest.fixture
def records() -> dict[str, Any]:
    red, blue, gone = (
        variant("101", "red", "M", 20.0),
        variant("102", "blue", "M", 25.5),
        variant("103", "green", "M", 5.0, available=False),
    )
    return {
        "products": {
            "10": {"name": "T-Shirt", "product_id": "10", "variants": {v["item_id"]: v for v in (red, blue, gone)}}
        },
        "users": {
            "ada_byron_1": {
                "user_id": "ada_byron_1",
                "name": {"first_name": "Ada", "last_name": "Byron"},
                "address": {
                    "address1": "9 New Road",
                    "address2": "",
                    "city": "York",
                    "country": "USA",
                    "state": "NY",
                    "zip": "10002",
                },
                "email": "ada@example.com",
                "payment_methods": {
                    "paypal_1": {"source": "paypal", "id": "paypal_1"},
                    "gift_card_2": {"source": "gift_card", "id": "gift_card_2", "balance": 50.0},
                },
                "orders": ["#W1000001", "#W1000002"],
            }
        },
        "orders": {"#W1000001": order("#W1000001", "pending", red), "#W1000002": order("#W1000002", "delivered", red)},
    }


class TestTau2Shop(ShopContract):
    @pytest.fixture
    def known(self, records: dict[str, Any]) -> KnownShop:
        class Down(Tau2Shop):
            def __getattribute__(self, name: str) -> Any:
                from actions.shop import ShopUnavailable

                if name == "database":
                    raise ShopUnavailable("down")
                return super().__getattribute__(name)

        return KnownShop(
            client=Tau2Shop(records),
            shopper_id="ada_byron_1",
            email="ada@example.com",
            name="Ada Byron",
            postcode="10002",
            open_order="W1000001",
            delivered_order="W1000002",
            other_method="gift_card_2",
            unreachable=lambda: Down(records),
        )


class InProcess:
    """The desk without Rasa around it."""

    def use(self, shop: Tau2Shop) -> None:
        policy = Policy.read(POLICY)
        codes = CodeStore(Store(":memory:"), tries=5, valid=timedelta(minutes=1), locked=timedelta(minutes=1))
        door = Doorkeeper(shop, policy.identity, codes, FolderMailer(None, ""), shop_name="x")  # type: ignore[arg-type]
        self.desk, self.case = Desk(shop, policy, door), Case()

    def say(self, sender: str, text: str, number: int) -> str:
        del number
        self.case = Case.from_slot(self.case.to_slot())
        said = self.desk.hear(self.case, text, intent="", sender_id=sender, at=datetime.now(UTC))
        if said.person:
            return "I hand you over to a person."
        return said.text if said.understood else f"Sorry, I did not get that. {said.text}"


def task(
    reason: str, *actions: tuple[str, dict[str, Any]], known: str = "You are Ada Byron in zip code 10002."
) -> dict[str, Any]:
    return {
        "id": "7",
        "user_scenario": {"instructions": {"known_info": known, "reason_for_call": reason, "task_instructions": "."}},
        "evaluation_criteria": {"actions": [{"name": name, "arguments": arguments} for name, arguments in actions]},
    }


CANCEL = ("cancel_pending_order", {"order_id": "#W1000001", "reason": "no longer needed"})
RETURN = (
    "return_delivered_order_items",
    {"order_id": "#W1000002", "item_ids": ["101"], "payment_method_id": "paypal_1"},
)
MODIFY = (
    "modify_pending_order_items",
    {"order_id": "#W1000001", "item_ids": ["101"], "new_item_ids": ["102"], "payment_method_id": "gift_card_2"},
)


@pytest.mark.parametrize(
    ("wanted", "gold"),
    [
        (task("You want to cancel order #W1000001 because you no longer need it.", CANCEL), True),
        (task("You want to return the t-shirt you received.", RETURN), True),
        (
            task(
                "You want to change the t-shirt in your pending order to blue. You want to use your gift card.", MODIFY
            ),
            True,
        ),
        (task("You want to cancel order #W1000001. If the agent asks for confirmation, do not do it."), True),
        (task("You want to return the t-shirt you received.", CANCEL), False),
    ],
)
def test_success_is_the_gold_database(records: dict[str, Any], wanted: dict[str, Any], gold: bool) -> None:
    bot = InProcess()
    result = run(records, wanted, bot.use, bot.say)
    assert result.success is gold, result.transcript
    assert result.forbidden == []


def test_figures_come_last(records: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    bot = InProcess()
    person = task("You want the moon.", ("transfer_to_human_agents", {"summary": "x"}))
    figures = run_all(records, [task("You want to return the t-shirt you received.", RETURN), person], bot.use, bot.say)
    assert figures == {"tasks": 2, "in_scope": 1, "success": 1.0, "forbidden_writes": 0}
    assert "out of scope" in capsys.readouterr().out


def test_instructions_are_said_in_the_first_person() -> None:
    assert (
        first_person("You want to return your shoes, and the agent tells you no")
        == "I want to return my shoes, and you tells me no"
    )


def test_a_condition_waits_for_its_moment() -> None:
    script = read_script(
        {
            "known_info": "You are Ada Byron in zip code 10002, ada@example.com.",
            "reason_for_call": "You want to return the cup. If the agent asks for confirmation, only return the saucer. You do not want to reveal much.",
            "task_instructions": "You are shy.",
        }
    )
    assert script.statements == ["I want to return the cup."]
    assert [(rule.when, rule.say) for rule in script.rules] == [("confirm", "only return the saucer.")]
    assert "ada@example.com" in script.identity[0]
