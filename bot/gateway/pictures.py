"""Draws the demo shop's product pictures: an SVG template per shape, filled with the shades of one colour."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

NAME = re.compile(r"[a-z0-9-]+")
INK = (20, 22, 28)
PAPER = (255, 255, 255)

Rgb = tuple[int, int, int]


class UnknownPictureError(KeyError):
    """There is no such shape or no such colour; the message says which."""

    def __str__(self) -> str:
        return str(self.args[0])


@lru_cache(maxsize=1024)
def draw(shape: str, colour: str, *, shop_dir: Path) -> bytes:
    """One picture as UTF-8 SVG.

    Args:
        shape: name of a template in `shop_dir/pictures`, without its ending.
        colour: slug in `shop_dir/colours.yml`.
        shop_dir: the demo shop's folder, read once per shape and colour.

    Raises:
        UnknownPictureError: the shop has no such shape or colour, or the name could be a path.
    """
    template = _template(shape, shop_dir)
    main = _colours(shop_dir).get(colour)
    if main is None:
        raise UnknownPictureError(f"no colour {colour!r} in {shop_dir / 'colours.yml'}")
    shades = {"main": main, "shade": _mix(main, INK, 0.30 - 0.15 * _luma(main)), "light": _mix(main, PAPER, 0.36)}
    for name, rgb in shades.items():
        template = template.replace("{{" + name + "}}", "#{:02x}{:02x}{:02x}".format(*rgb))
    return template.encode()


@lru_cache(maxsize=256)
def _template(shape: str, shop_dir: Path) -> str:
    path = shop_dir / "pictures" / f"{shape}.svg"
    if not NAME.fullmatch(shape) or not path.is_file():
        raise UnknownPictureError(f"no shape {shape!r} in {shop_dir / 'pictures'}")
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def _colours(shop_dir: Path) -> dict[str, Rgb]:
    table = yaml.safe_load((shop_dir / "colours.yml").read_text(encoding="utf-8"))
    return {slug: _rgb(entry["hex"]) for slug, entry in table.items()}


def _rgb(hex_colour: str) -> Rgb:
    red, green, blue = bytes.fromhex(hex_colour.removeprefix("#"))
    return red, green, blue


def _luma(colour: Rgb) -> float:
    """Perceived brightness in [0, 1] (ITU-R BT.601): pale colours need a weaker shade."""
    red, green, blue = colour
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def _mix(colour: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue
