"""Texts of any kind are shown as they were written, and none of them is trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.migration.bench import Bench, Database
from tests.migration.driving import run
from tests.migration.handmade import Hand, written
from tests.migration.test_run_messages import shown, tags

TEXTS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)> hola",
    "link": '<a href="javascript:alert(1)">pulse</a>',
    "broken": "</p></div><div onmouseover='x'>",
    "entity": "&lt;b&gt; &amp;amp; &#60;",
    "comment": "<!-- <p> --> <![CDATA[x]]>",
    "quotes": "\"dobles\" 'simples' `otros` \\ %s %(x)s {0} $1",
    "lines": "uno\ndos\r\ntres\rcuatro\n\n\nsiete",
    "spaces": "  al   principio\ty al final  ",
    "emoji": "\U0001f44b\U0001f3fd familia \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "right_to_left": "\u202e\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc 123",
    "combining": "n\u0303 e\u0301 \u0e01\u0e34",
    "long": "largo " * 2000,
    "one": ".",
}
FIRST = {"script", "comment", "right_to_left"}


@pytest.fixture(scope="module")
def texts(bench: Bench) -> Iterator[dict[str, tuple[str, str, str]]]:
    """By kind: direction, text and what became of it."""

    def write(hand: Hand) -> None:
        gateway = hand.gateway()
        for kind, text in TEXTS.items():
            way = "incoming" if kind in FIRST else "outgoing"
            hand.message(gateway, "3012345678", text, direction=way, external_id=kind)

    with _copy(bench) as database:
        written(database, write)
        assert run(database).state == "done"
        rows = database.rows(
            """
            SELECT old.external_id, old.direction, old.message, new.body
              FROM whatsapp_message old
              JOIN whatsapp_migration_item item
                ON item.source_table = 'whatsapp_message' AND item.source_id = old.id
              JOIN mail_message new ON new.id = item.target_id
            """
        )
        yield {kind: (way, text, body) for kind, way, text, body in rows}


@contextmanager
def _copy(bench: Bench) -> Iterator[Database]:
    database = bench.copy()
    try:
        yield database
    finally:
        database.drop()


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_is_shown_as_written(
    texts: dict[str, tuple[str, str, str]], kind: str
) -> None:
    _way, text, body = texts[kind]
    assert text == TEXTS[kind]
    assert shown(body) == text.replace("\r\n", "\n").replace("\r", "\n")
    assert tags(body) <= {"p", "br"}


def test_odoos_own_cleaning_finds_nothing_to_take_away(
    texts: dict[str, tuple[str, str, str]],
) -> None:
    from odoo.tools.mail import html_sanitize  # noqa: PLC0415 - needs Odoo's settings

    for kind, (_way, _text, body) in texts.items():
        assert shown(str(html_sanitize(body))) == shown(body), kind


def test_drafts_become_notes_when_so_decided(fresh: Callable[..., Database]) -> None:
    database = fresh()

    def write(hand: Hand) -> None:
        gateway = hand.gateway()
        hand.message(gateway, "3012345678", "<b>no</b>", state="draft", sent_date=None)
        hand.message(gateway, "3012345678", "enviado")

    written(database, write)
    outcome = run(database, {"drafts": "note"})
    rows = database.rows(
        "SELECT message_type, body, gateway_type FROM mail_message"
        " WHERE message_id LIKE '<whatsapp-legacy-%%' ORDER BY id"
    )
    note, sent = rows

    assert outcome.counts["whatsapp_message"]["moved"] == 2
    assert (note[0], note[2], sent[0]) == ("notification", None, "comment")
    assert note[1].endswith("<p>&lt;b&gt;no&lt;/b&gt;</p>")
    assert database.value("SELECT count(*) FROM mail_notification") == 1
