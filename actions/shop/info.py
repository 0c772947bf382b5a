"""What the shop says about itself: shop.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class ShopInfo:
    """The facts that replies quote. `data` is the whole file."""

    name: str
    email: str
    phone: str
    currency: str
    hours: str
    data: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> ShopInfo:
        """Reads shop.yml.

        Raises:
            ValueError: the file is missing, or lacks name, currency or contact.email.
        """
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            contact = data["contact"]
            return cls(
                name=str(data["name"]),
                email=str(contact["email"]),
                phone=str(contact.get("phone", "")),
                currency=str(data["currency"]),
                hours=_hours(data.get("team_hours") or {}),
                data=data,
            )
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}: needs name, currency and contact.email ({error!r})") from error


def _hours(team_hours: Mapping[str, Any]) -> str:
    """Opening hours in words, neighbouring days with the same hours joined: "Monday to Friday 09:00-18:00"."""
    spans: list[tuple[list[str], str]] = []
    for day, hours in team_hours.items():
        if not hours:
            continue
        text = f"{hours[0]}-{hours[1]}"
        if spans and spans[-1][1] == text:
            spans[-1][0].append(day.capitalize())
        else:
            spans.append(([day.capitalize()], text))
    return ", ".join(f"{days[0]}{f' to {days[-1]}' if len(days) > 1 else ''} {text}" for days, text in spans)
