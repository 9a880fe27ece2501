"""Charts: the drawing says what the numbers are, to eyes and to screen readers."""

import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from portal.charts import Chart, bars, line, stacked

STAGES = [("Qualify", 120_000), ("Develop", 430_000), ("Close", 0)]
MONTHS = [("Jan", 3), ("Feb", 0), ("Mar", 9)]
ALL = [
    bars("Pipeline", STAGES, unit="USD"),
    line("Won", MONTHS, unit="deals", area=True),
    line("Won", {"Inbound": MONTHS, "Outbound": MONTHS}, unit="deals"),
    stacked("Answers", [("Accepted", 48), ("Declined", 12)], unit="referrals"),
]


def tree(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg)


@pytest.mark.parametrize("chart", ALL)
def test_every_chart_has_title_description_and_its_unit(chart: Chart) -> None:
    svg = tree(chart)
    title, desc = svg.find("title"), svg.find("desc")
    assert title is not None
    assert title.text == chart.title
    assert desc is not None
    assert desc.text
    assert svg.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"


@pytest.mark.parametrize("chart", ALL)
def test_nothing_that_the_content_security_policy_would_stop(chart: Chart) -> None:
    assert not re.search(r"style=|<script|\son\w+=|#[0-9a-f]{3,6}", chart.svg)


@pytest.mark.parametrize("chart", ALL)
def test_nothing_is_drawn_outside_the_frame(chart: Chart) -> None:
    svg = tree(chart)
    width, height = (float(n) for n in svg.get("viewBox", "").split()[2:])
    for shape in svg.iter():
        x, y = float(shape.get("x", 0)), float(shape.get("y", 0))
        assert 0 <= x + float(shape.get("width", 0)) <= width + 0.2
        assert 0 <= y + float(shape.get("height", 0)) <= height


def test_bars_are_as_long_as_their_numbers() -> None:
    widths = [float(r.get("width", 0)) for r in tree(ALL[0]).iter("rect")]
    assert widths[0] / widths[1] == pytest.approx(120 / 430, rel=0.01)


def test_the_table_holds_the_same_numbers() -> None:
    assert ALL[0].rows == [["Qualify", "120,000"], ["Develop", "430,000"], ["Close", "0"]]
    assert ALL[2].columns == ["Month", "Inbound", "Outbound"]
    assert ALL[2].rows[2] == ["Mar", "9", "9"]
    assert ALL[3].rows == [["Accepted", "48", "80%"], ["Declined", "12", "20%"]]


def test_highest_point_of_a_line_is_the_largest_number() -> None:
    spots = tree(ALL[1]).find("polyline").get("points", "").split()  # type: ignore[union-attr]
    heights = [float(spot.split(",")[1]) for spot in spots]
    assert min(heights) == heights[2]
    assert max(heights) == heights[1] == 220


def test_series_differ_by_form_as_well_as_colour() -> None:
    svg = tree(ALL[2])
    assert {"c1", "c2"} <= {shape.get("class") for shape in svg.iter()}
    assert len(list(svg.iter("circle"))) == len(MONTHS)


def test_shares_fill_the_bar() -> None:
    widths = [float(r.get("width", 0)) for r in tree(ALL[3]).iter("rect") if r.get("y") == "4"]
    assert sum(widths) == pytest.approx(400, abs=0.5)


@pytest.mark.parametrize("chart", [bars("None", []), line("None", []), stacked("None", [("A", 0)])])
def test_no_numbers_is_no_error(chart: Chart) -> None:
    assert tree(chart).find("title") is not None


def test_words_of_people_are_escaped() -> None:
    chart = bars("<b>", [("<script>", 1)])
    assert "<script>" not in chart.svg
    assert "<b>" not in chart.svg


def test_coordinates_keep_their_point_in_portuguese() -> None:
    with translation.override("pt-br"):
        chart = line("Ganhos", [("jan", 1.5), ("fev", 2.5)])
        spots = tree(chart).find("polyline").get("points", "")  # type: ignore[union-attr]
        assert re.fullmatch(r"[\d.]+,[\d.]+ [\d.]+,[\d.]+", spots)
        assert chart.rows[0][1] == "1,5"


def test_the_part_shows_drawing_and_table() -> None:
    html = render_to_string("_parts/chart.html", {"chart": ALL[0]})
    assert "<svg" in html
    assert "<details" in html
    assert '<th scope="row">Develop</th>' in html
