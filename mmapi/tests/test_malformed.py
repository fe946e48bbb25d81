"""Each malformation of a binary message as a refusal."""

import pytest

from accounts.refusals import InvalidParameters
from mmapi.codec.malformations import CodecError, Malformation
from mmapi.codec.requests import decode_request
from mmapi.malformed import refusal
from mmapi.tests.codec.examples import golden


@pytest.mark.parametrize("code", [code for code in Malformation if code != Malformation.INVALID_VALUE])
def test_the_code_stays(code: Malformation) -> None:
    found = refusal(CodecError(code, "Why.", field="quotes", limit=0, observed=2))
    assert (found.code, found.status_code, str(found.detail)) == (code, 400, "Why.")
    assert found.extensions == {"field": "quotes", "limit": 0, "observed": 2}


def test_what_is_not_known_is_not_said() -> None:
    assert refusal(CodecError(Malformation.UNKNOWN_TEMPLATE, "Why.", observed=9)).extensions == {"observed": 9}


def test_a_value_at_fault_is_named_as_in_json() -> None:
    with pytest.raises(CodecError) as error:
        decode_request(golden("request")[:16] + b"\x09" + golden("request")[17:])
    found = refusal(error.value)
    assert isinstance(found, InvalidParameters)
    message = "9 is none of its values."
    assert found.extensions == {"errors": [{"field": "atomicity", "code": "INVALID_VALUE", "message": message}]}
