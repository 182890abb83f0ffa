from __future__ import annotations

import re
import sys
from decimal import Decimal

from lxml import etree

from conventio.pages.charts import LABELS, bars, columns

SVG = {"s": "http://www.w3.org/2000/svg"}
MONTHS = [f"{month:02}/2024" for month in range(1, 13)]


def written(value: object) -> str:
    return f"<{value}>"


def chart(labels: list[str], **series: list[int | Decimal | None]) -> str:
    return columns(labels, series, label="a & b", written=written, scale=str)


def texts(drawn: str) -> list[str]:
    return [one.text or "" for one in etree.fromstring(drawn).iterfind(".//s:text", SVG)]


def test_a_chart_is_a_drawing_with_a_name_and_nothing_else() -> None:
    root = etree.fromstring(chart(MONTHS, refused=[1, *range(11)]))
    assert (root.get("role"), root.get("aria-label")) == ("img", "a & b")
    tags = {etree.QName(one).localname for one in root.iter(etree.Element)}
    assert tags == {"svg", "g", "rect", "path", "text", "title"}
    assert list(root.iter(etree.Comment)) == []
    assert root.get("id") is None


def test_each_column_says_its_value_and_has_the_class_of_its_series() -> None:
    root = etree.fromstring(chart(["2023", "2024"], accepted=[3, 4], refused=[Decimal("1.50"), 0]))
    for name, expected in {
        "accepted": ["2023: <3.00>", "2024: <4.00>"],
        "refused": ["2023: <1.50>"],
    }.items():
        (group,) = root.iterfind(f".//s:g[@class='{name}']", SVG)
        assert [one.text for one in group.iterfind(".//s:title", SVG)] == expected
        heights = [float(one.get("height")) for one in group.iterfind(".//s:rect", SVG)]
        assert min(heights) > 0


def test_a_series_of_nothing_draws_nothing() -> None:
    drawn = chart(["2023", "2024"], accepted=[3, 4], refused=[None, None], unchecked=[0, 0])
    root = etree.fromstring(drawn)
    assert len(root.findall(".//s:title", SVG)) == 2
    assert root.find(".//s:g[@class='accepted']", SVG) is not None


def test_labels_do_not_run_into_each_other() -> None:
    assert [one for one in texts(chart(MONTHS, refused=[1] * 12)) if "/" in one] == MONTHS
    many = [f"{number:02}/20" for number in range(36)]
    shown = [one for one in texts(chart(many, refused=[1] * 36)) if "/" in one]
    assert 1 < len(shown) <= LABELS
    assert shown == many[::3]


def test_the_axis_counts_whole_services() -> None:
    axis = [
        one for one in texts(chart(["2023", "2024"], refused=[1, 2])) if one and "20" not in one
    ]
    assert set(axis) <= {"0", "1", "2"}
    assert len(axis) == len(set(axis))


def test_bars_stand_in_the_order_given() -> None:
    codes = ["371111", "301055", "304371"]
    drawn = bars(codes, {"refused": [9, 5, 1]}, label="x", written=written, scale=str)
    root = etree.fromstring(drawn)
    places = {
        str(one.text): float(one.get("y"))
        for one in root.iterfind(".//s:text", SVG)
        if one.text in codes
    }
    assert sorted(places, key=places.__getitem__) == codes


def test_the_same_figures_give_the_same_drawing() -> None:
    assert chart(MONTHS, refused=[1] * 12) == chart(MONTHS, refused=[1] * 12)
    assert re.search(r"\d\.\d{2}", chart(MONTHS, refused=[1] * 12)) is not None, "in titles only"
    assert re.search(r'="[^"]*\d\.\d{2}', chart(MONTHS, refused=[1] * 12)) is None


def test_the_finder_of_pygal_is_gone() -> None:
    assert all(hasattr(one, "find_spec") for one in sys.meta_path)
