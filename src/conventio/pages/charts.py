"""Charts as SVG, drawn by pygal when the page is written; the page's style sheet colours them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pygal
from lxml import etree
from markupsafe import Markup
from pygal.style import Style

# pygal puts a finder for its maps among those of Python, in a form that Python has given up.
sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]

Number = int | Decimal | None
Written = Callable[[Any], str]

LABELS = 12
"""More labels than these do not fit beside each other: then some are left out."""

_DIGITS = re.compile(r"\d+\.\d+")
_OVER = {"titles", "plot overlay", "plot text-overlay", "plot tooltip-overlay"}
"""The parts of a drawing that only pygal's own script would fill."""


def columns(
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
    *,
    label: str,
    written: Written,
    scale: Written,
) -> Markup:
    """Columns beside each other in time, with the series on top of each other.

    `series` by the class that colours it; `label` says what the chart shows; `written` writes a
    value, `scale` a whole number along the axis.
    """
    chart = pygal.StackedBar(
        width=720, height=260, x_labels_major=list(labels[:: -(-len(labels) // LABELS) or 1])
    )
    chart.show_minor_x_labels = len(labels) <= LABELS
    return _drawn(chart, labels, series, label, written, scale)


def bars(
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
    *,
    label: str,
    written: Written,
    scale: Written,
) -> Markup:
    """Bars below each other, the first on top."""
    chart = pygal.HorizontalStackedBar(width=720, height=60 + 26 * len(labels))
    values = {name: list(reversed(given)) for name, given in series.items()}
    return _drawn(chart, list(reversed(labels)), values, label, written, scale)


def _drawn(
    chart: Any,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
    label: str,
    written: Written,
    scale: Written,
) -> Markup:
    chart.x_labels = list(labels)
    for name, values in series.items():
        chart.add(name, [None if value is None else float(value) for value in values])
    chart.formatter = lambda value: written(round(Decimal(value), 2))
    chart.value_formatter = lambda value: scale(round(value)) if float(value).is_integer() else ""
    for setting, value in _PLAIN.items():
        setattr(chart, setting, value)
    root = chart.render_tree()
    _leave_the_drawing(root, list(series))
    root.set("role", "img")
    root.set("aria-label", label)
    return Markup(etree.tostring(root, encoding="unicode"))


_PLAIN = {
    "css": (),
    "js": (),
    "no_prefix": True,
    "show_legend": False,
    "style": Style(font_family="inherit", label_font_size=12, major_label_font_size=12),
    "margin": 6,
    "print_values": False,
    "max_scale": 6,
    "truncate_label": -1,
}
"""Nothing of pygal's own look, scripts or ids; the page has its own."""


def _leave_the_drawing(root: Any, names: Sequence[str]) -> None:
    """Take away scripts, styles and the day of making; a bar keeps its value as its title."""
    del root.attrib["id"]
    etree.strip_elements(root, etree.Comment, "{*}defs", "{*}title", with_tail=False)
    for group in root.findall(".//{*}g"):
        if group.get("class") in _OVER:
            group.getparent().remove(group)
    for group in root.findall(".//{*}g[@class='bar']"):
        _title(group)
    for number, name in enumerate(names):
        # A series of nothing but zeros is not drawn.
        for group in root.findall(f".//{{*}}g[@class='series serie-{number} color-{number}']"):
            group.set("class", name)
    for element in root.iter("{*}rect", "{*}path", "{*}text", "{*}g"):
        for name, value in element.items():
            if name in ("rx", "ry") or not value:
                del element.attrib[name]
            elif name != "class":
                element.set(name, _DIGITS.sub(_shorter, value))


def _title(bar: Any) -> None:
    said = {one.get("class"): one.text or "" for one in bar.iter("{*}desc")}
    etree.strip_elements(bar, "{*}desc")
    (drawn,) = bar
    del drawn.attrib["class"]
    if not (float(drawn.get("width") or 0) and float(drawn.get("height") or 0)):
        bar.getparent().remove(bar)
        return
    etree.SubElement(bar, "title").text = f"{said['x_label']}: {said['value']}"


def _shorter(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")
