"""Meta's codes as pages of 2026 have them: titles, HTTP status, channel."""

import pytest

from wa_simulator.engine.codes import ASYNC, CODES, SYNC, http_status
from wa_simulator.engine.settings import Settings


@pytest.mark.parametrize(
    ("code", "http"),
    [
        (138000, 401),
        (138006, 401),
        (138002, 429),
        (138005, 429),
        (613, 429),
        (138004, 500),
        (138007, 500),
        (131201, 206),
        (131207, 403),
        (131208, 429),
        (131215, 400),
    ],
)
@pytest.mark.parametrize("switch", [400, 429])
def test_http_status_of_calls_and_groups(code: int, http: int, switch: int) -> None:
    assert http_status(code, None, Settings(rate_limit_http=switch)) == http


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (131061, "max price"),
        (131064, "classification"),
        (139006, "metrics"),
        (147001, "available"),
        (147002, "messaging limit"),
        (147003, "Facebook page"),
        (147004, "Instagram account"),
        (147005, "another phone number"),
        (131070, "another responder"),
        (138038, "primary"),
        (2494191, "escalation partner"),
        (130403, "blocked"),
    ],
)
def test_titles_say_what_the_code_means(code: int, words: str) -> None:
    assert words in CODES[code].title


@pytest.mark.parametrize("code", [131044, 138019, 138020, 138021, 138022, 138023])
def test_codes_that_come_by_webhook_only(code: int) -> None:
    assert CODES[code].channel == ASYNC


@pytest.mark.parametrize("code", [131070, 138038, 138006, 147005, 131213])
def test_codes_of_an_answer(code: int) -> None:
    assert CODES[code].channel == SYNC
