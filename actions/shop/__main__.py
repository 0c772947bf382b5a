"""`python -m actions.shop`: the demo shop's orders into RAPPORT_HOME; a return that has arrived, at any shop."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from actions.shop.changes import ReturnArrived
from actions.shop.client import ShopError
from actions.shop.demo_load import load_demo_shop
from actions.shop.info import ShopInfo
from actions.shop.systems import open_shop
from profiling import Settings
from profiling.money import format_price


def main() -> None:
    """Exits with a sentence when the folder is no demo shop, or the shop's system will not have it."""
    parser = argparse.ArgumentParser(prog="python -m actions.shop", description="The shop's order system.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    load = commands.add_parser("load", help="write the demo shop's database anew")
    load.add_argument("folder", type=Path, help="a folder with orders.json and shoppers.json")
    arrived = commands.add_parser("arrived", help="the things of a return have arrived: pay them back")
    arrived.add_argument("number", help="of the order")
    options = parser.parse_args()
    if options.command == "load":
        _load(options.folder)
    else:
        _arrived(options.number)


def _load(folder: Path) -> None:
    if missing := [name for name in ("orders.json", "shoppers.json") if not (folder / name).is_file()]:
        raise SystemExit(f"{folder} has no {' and no '.join(missing)}.")
    path = Settings.from_environment().home / "shop.db"
    sys.stdout.write(f"{load_demo_shop(folder, path)} orders in {path}\n")


def _arrived(number: str) -> None:
    """Once for an order, however often it is said: the key is the order's."""
    try:
        currency = ShopInfo.read(Path(os.environ.get("RAPPORT_SHOP", "data/shop")) / "shop.yml").currency
        shop = open_shop(os.environ, home=Settings.from_environment().home, currency=currency)
        if ReturnArrived not in shop.supports:
            raise SystemExit("Returns are received in the shop's own system.")
        receipt = shop.apply(ReturnArrived(number), key=f"arrived:{number}")
    except (ShopError, ValueError) as error:
        raise SystemExit(str(error)) from error
    sys.stdout.write(f"Order {number}: {format_price(receipt.refund_cents, currency)} paid back\n")


if __name__ == "__main__":
    main()
