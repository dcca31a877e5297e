"""A report as one HTML file: no script, no external resources; works offline and prints well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape as escaped

from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.domain.text.plain_text import clean_all
from sdrdesk.services.reports.cells import At, Cell, is_number, words
from sdrdesk.services.reports.picture import Picture
from sdrdesk.services.reports.svg import svg_chart
from sdrdesk.services.reports.tables import Sheet, Table, number_columns

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""If text ever got past the escaping, the browser would still run and fetch nothing."""
_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin-bottom: 0 }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
p.about { color: GrayText; margin-top: .25rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #8885; text-align: left;
  vertical-align: top; overflow-wrap: break-word }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums }
.k { white-space: nowrap }
td.w { overflow-wrap: anywhere; min-width: 8em }
figure { margin: 1.5rem 0 } figcaption { margin-bottom: .5rem }
svg.chart { display: block; width: 100%; max-width: 36rem; font: 10px system-ui, sans-serif }
svg.chart text { fill: currentColor } svg.key { width: .8em; height: .8em }
dt { font-weight: 600; margin-top: .5rem } dd { margin: 0 }
thead { display: table-header-group } tr, figure { break-inside: avoid }
@media screen and (max-width: 60rem) { table { font-size: .85em } th, td { padding: .2rem .3rem } }
@media screen and (max-width: 40rem) {
  table, tbody, tr, td { display: block } thead { display: none }
  tr { border: 1px solid #8885; border-radius: .3rem; margin: .6rem 0; padding: .2rem .5rem }
  td, td.n { border: 0; text-align: left; padding: .1rem 0 }
  td[data-label]::before { content: attr(data-label) " "; color: GrayText; white-space: nowrap }
  td:first-child { font-weight: 600 } td.k { white-space: normal }
}
@media print {
  @page { margin: 12mm } body { margin: 0; padding: 0; max-width: none; font-size: 9pt }
  h2 { break-after: avoid } th, td { padding: .15rem .25rem }
  table { font-size: 7.5pt } table.many { font-size: 6pt }
  .wide { overflow: visible } td.w { min-width: 0 } svg.chart { max-width: 24rem }
}
"""
_PART_ENDS = re.compile(r"(?<=,) | (?=\()")
_MOST_SHORT = 32
"""Text of up to this many letters stays on one line: names, outcomes, states."""
_MANY_COLUMNS = 8
"""More columns need smaller letters on paper."""
_LONG_WORD = 24
"""A longer word may be broken anywhere; no name has one."""


def html_page(sheet: Sheet, pictures: Sequence[Picture] = ()) -> str:
    """Return the whole page as text, the charts before most tables."""
    body = [
        f"<h1>{escape(sheet.title)}</h1>",
        f'<p class="about">{escape(sheet.about)}</p>',
        *(_table(table) for table in sheet.tables[: sheet.first]),
        *(svg_chart(picture) for picture in pictures),
        *(_table(table) for table in sheet.tables[sheet.first :]),
        *(f"<p>{escape(note)}</p>" for note in sheet.notes),
        "<h2>Definitions</h2>",
        "<dl>",
        *(f"<dt>{escape(n)}</dt><dd>{escape(text)}</dd>" for n, text in sheet.definitions),
        "</dl>",
    ]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(sheet.title)}</title>",
            f"<style>{_STYLE}</style></head><body>",
            *body,
            "</body></html>",
            "",
        ]
    )


def escape(text: str) -> str:
    """Return ``text`` escaped for HTML, without control and direction characters."""
    return escaped(clean_all(text))


def _table(table: Table) -> str:
    head = f"<h2>{escape(table.title)}</h2>" if table.title else ""
    if not table.rows:
        return f"{head}<p>{escape(table.empty)}</p>"
    numbers = number_columns(table)
    many = ' class="many"' if len(numbers) > _MANY_COLUMNS else ""
    columns = [
        (escape(h), ' class="n"' if n else "") for h, n in zip(table.headings, numbers, strict=True)
    ]
    headings = "".join(f"<th{kind}>{heading}</th>" for heading, kind in columns)
    rows = "\n".join(
        "<tr>"
        + "".join(
            _cell(cell, heading, number, loose=name in table.loose)
            for cell, (heading, _), number, name in zip(
                row, columns, numbers, table.headings, strict=True
            )
        )
        + "</tr>"
        for row in table.rows
    )
    return (
        f'{head}<div class="wide"><table{many}><thead><tr>{headings}</tr></thead>'
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def _cell(cell: Cell, heading: str, number: bool, *, loose: bool) -> str:
    text = words(cell)
    label = f' data-label="{heading}"' if heading else ""
    if isinstance(cell, Proportion) or (isinstance(cell, At) and "(" in text):
        # May wrap between count, per cent and interval, or time and zone, never within one.
        parts = (f'<span class="k">{escape(part)}</span>' for part in _PART_ENDS.split(text))
        return f"<td{label}>{' '.join(parts)}</td>"
    if number or is_number(cell):
        kind = "n k" if number else "k"
    elif isinstance(cell, At) or (len(text) <= _MOST_SHORT and not loose):
        kind = "k"
    else:
        kind = "w" if max(map(len, text.split()), default=0) > _LONG_WORD else ""
    return (
        f'<td class="{kind}"{label}>{escape(text)}</td>'
        if kind
        else f"<td{label}>{escape(text)}</td>"
    )
