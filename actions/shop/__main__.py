"""`python -m actions.shop load FOLDER`: the demo shop's orders and shoppers into RAPPORT_HOME."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from actions.shop.demo_load import load_demo_shop
from profiling import Settings


def main() -> None:
    """Exits with a sentence when the folder is not a demo shop."""
    parser = argparse.ArgumentParser(prog="python -m actions.shop", description="The demo shop's order system.")
    load = parser.add_subparsers(required=True, metavar="COMMAND").add_parser("load", help="write its database anew")
    load.add_argument("folder", type=Path, help="a folder with orders.json and shoppers.json")
    folder = parser.parse_args().folder
    if missing := [name for name in ("orders.json", "shoppers.json") if not (folder / name).is_file()]:
        raise SystemExit(f"{folder} has no {' and no '.join(missing)}.")
    path = Settings.from_environment().home / "shop.db"
    sys.stdout.write(f"{load_demo_shop(folder, path)} orders in {path}\n")


if __name__ == "__main__":
    main()
