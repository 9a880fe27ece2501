"""The colours can be read: WCAG contrast of the tokens, in both themes."""

import re

import pytest
from django.conf import settings

CSS = (settings.BASE_DIR / "static/css/tokens.css").read_text()
TOKENS = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\)", CSS))
GROUNDS = ("canvas", "surface", "surface-2")
TONES = ("good", "info", "warn", "bad", "neutral")
TEXT = [
    *((ink, ground) for ink in ("text", "text-2", "accent") for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((tone, ground) for tone in TONES for ground in GROUNDS),
    *(("text", f"{tone}-soft") for tone in TONES),
    *(("text-2", f"{tone}-soft") for tone in TONES),
    ("text", "accent-soft"),
    ("text-2", "accent-soft"),
    ("accent", "accent-soft"),
    ("text-2", "surface-3"),
]
SHAPES = [("border-strong", ground) for ground in ("canvas", "surface")]
SHAPES += [("focus", ground) for ground in GROUNDS]
SHAPES += [(f"chart-{n}", "surface") for n in range(1, 7)]


def colour(name: str, theme: int) -> str:
    return TOKENS[name].split(", ")[theme]


def light(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink: str, ground: str, theme: int) -> None:
    assert contrast(colour(ink, theme), colour(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("fill", ["accent-fill", "accent-fill-hover", "bad-fill"])
def test_white_on_fills_can_be_read(fill: str, theme: int) -> None:
    assert contrast("#ffffff", colour(fill, theme)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_edges_and_charts_can_be_seen(shape: str, ground: str, theme: int) -> None:
    assert contrast(colour(shape, theme), colour(ground, theme)) >= 3
