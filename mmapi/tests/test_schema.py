"""GET /api/v1/mm/schema"""

from typing import Any

from django.test import Client

from mmapi.codec.schema import SCHEMA, XML, read

ADDRESS = "/api/v1/mm/schema"


def get(**headers: str) -> Any:
    return Client().get(ADDRESS, headers=headers)


def test_it_is_the_file_that_the_codec_reads() -> None:
    answer = get()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    assert answer.content == XML
    assert read(answer.content).version == SCHEMA.version


def test_a_copy_that_is_up_to_date_is_not_sent_again() -> None:
    tag = get()["ETag"]
    again = get(**{"If-None-Match": f'"another", W/{tag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert get(**{"If-None-Match": '"another"'}).status_code == 200


def test_any_accept_will_do() -> None:
    assert get(Accept="application/xml").status_code == 200


def test_head() -> None:
    answer = Client().head(ADDRESS)
    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", str(len(XML)))


def test_it_takes_no_parameters() -> None:
    answer = Client().get(f"{ADDRESS}?version=1")
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_PARAMETERS")


def test_it_is_only_read() -> None:
    answer = Client().post(ADDRESS)
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
