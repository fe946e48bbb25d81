"""The README's examples as they are printed, on a venue as `make run` starts it. Only the port differs."""

import json
import re
import sys

from venue.launch import data
from venue.tests.demo.open_venue import OpenVenue

ADDRESS = "http://127.0.0.1:8000"


def example(language: str, venue: OpenVenue) -> str:
    """The one block of this language."""
    text = (data.PROJECT / "README.md").read_text()
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert ADDRESS in block
    return str(block).replace(ADDRESS, f"http://127.0.0.1:{venue.rest_port}")


def test_shell(lively_venue: OpenVenue) -> None:
    said = lively_venue.run("sh", "-euc", example("sh", lively_venue))
    quote, order, quotes, trades, cancelled = [json.loads(line) for line in said.splitlines()]
    assert (order["status"], float(order["filledSize"])) == ("filled", 1)
    (read_back,) = [one for one in quotes["quotes"] if one["quoteId"] == quote["quoteId"]]
    assert (read_back["status"], read_back["bidFilled"] > 0) == ("partially_filled", True)
    assert trades["trades"][0]["quoteId"] == quote["quoteId"]
    assert quote["quoteId"] in cancelled["cancelledQuotes"]


def test_python(lively_venue: OpenVenue) -> None:
    said = lively_venue.run(sys.executable, "-c", example("python", lively_venue))
    assert re.fullmatch(r"sold 1\.?0* at [0-9.]+\nbought [0-9]\.[0-9]+ and the quote is partially_filled\n", said), said
