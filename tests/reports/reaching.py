"""Twenty-eight ways in which a document can reach for something foreign, and a program that prints all of them.

`python -m tests.reports.reaching shut|open MARKER ADDRESS…`: with our renderer, or with the library as it comes. A file below MARKER, which
is not there, is asked for when all modules are loaded and again at the end, so that a trace of the system's calls shows what lies between.
"""

import itertools
import sys
from contextlib import suppress

import weasyprint

from reports.pdf import renderer, weasy
from reports.pdf.writer import WRITER, BlockedFetch

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
WAYS = (
    '<img src="{u}">',
    '<img srcset="{u} 1x" src="{u}">',
    '<picture><source srcset="{u}"><img src="{u}"></picture>',
    '<input type=image src="{u}">',
    '<link rel=stylesheet href="{u}">',
    '<style>@import "{u}";</style>',
    "<style>@import url({u});</style>",
    '<style>p{{background:url("{u}")}}</style><p>x',
    '<p style="background-image:url({u})">x',
    '<p style="list-style-image:url({u});display:list-item">x',
    '<style>p::before{{content:url("{u}")}}</style><p>x',
    '<p style="border:9px solid;border-image:url({u}) 9">x',
    '<style>@font-face{{font-family:F;src:url("{u}")}}p{{font-family:F}}</style><p>x',
    '<style>@page{{background:url("{u}")}}</style>x',
    '<style>@page{{@top-left{{content:url("{u}")}}}}</style>x',
    '<embed src="{u}">',
    '<object data="{u}">x</object>',
    SVG + '<image href="{u}" width="9" height="9"/></svg>',
    SVG + '<image xlink:href="{u}" width="9" height="9"/></svg>',
    SVG + '<use href="{u}#a"/></svg>',
    '<link rel=attachment href="{u}">',
    '<a rel=attachment href="{u}">x</a>',
    '<base href="{u}"><img src="x.svg">',
    '<iframe src="{u}"></iframe>',
    '<video poster="{u}"></video>',
    '<body background="{u}">x',
    '<meta http-equiv=refresh content="0;url={u}">x',
    '<script src="{u}"></script>x',
)


def printed(page: str, *, is_open: bool) -> bytes:
    """The PDF of a page; empty where our renderer refuses it."""
    if is_open:
        return weasyprint.HTML(string=page).write_pdf()
    try:
        return renderer.Renderer("x", "").print(page)
    except BlockedFetch:
        return b""


def main(mode: str, marker: str, *addresses: str) -> None:
    """Print all of them, between two looks for a file that is not there."""
    WRITER.write = weasy.write
    printed("<p>x", is_open=mode == "open")
    for sign in ("begin", "end"):
        with suppress(FileNotFoundError):
            open(f"{marker}/{sign}").close()
        if sign == "begin":
            for way, address in itertools.product(WAYS, addresses):
                with suppress(Exception):  # a broken drawing is the library's business here
                    printed(way.format(u=address), is_open=mode == "open")


if __name__ == "__main__":
    main(*sys.argv[1:])
