"""A report as one HTML file: no script, no external resources; works offline and prints well."""

from __future__ import annotations

from html import escape as escaped

from sdrdesk.domain.text.plain_text import clean_all
from sdrdesk.services.reports.tables import Cell, Sheet, Table, words

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""If text ever got past the escaping, the browser would still run and fetch nothing."""
_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin-bottom: 0 }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
p.about { color: GrayText; margin-top: .25rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #8885; text-align: left;
  vertical-align: top; overflow-wrap: anywhere }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums }
td.n { white-space: nowrap }
th { overflow-wrap: break-word }
dt { font-weight: 600; margin-top: .5rem } dd { margin: 0 }
thead { display: table-header-group } tr { break-inside: avoid }
@media print { body { margin: 0; max-width: none; font-size: 9.5pt } h2 { break-after: avoid } }
@media print, (max-width: 60rem) { table { font-size: .85em } th, td { padding: .2rem .35rem } }
"""


def html_page(sheet: Sheet) -> str:
    """Return the whole page as text."""
    body = [
        f"<h1>{escape(sheet.title)}</h1>",
        f'<p class="about">{escape(sheet.about)}</p>',
        *(_table(table) for table in sheet.tables),
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
    numbers = [
        all(isinstance(row[at], int | float | None) for row in table.rows)
        for at in range(len(table.headings))
    ]
    headings = "".join(_cell("th", h, n) for h, n in zip(table.headings, numbers, strict=True))
    rows = "\n".join(
        "<tr>" + "".join(_cell("td", c, n) for c, n in zip(row, numbers, strict=True)) + "</tr>"
        for row in table.rows
    )
    return f"{head}<table><thead><tr>{headings}</tr></thead><tbody>\n{rows}\n</tbody></table>"


def _cell(tag: str, cell: Cell, number: bool) -> str:
    kind = ' class="n"' if number else ""
    return f"<{tag}{kind}>{escape(words(cell))}</{tag}>"
