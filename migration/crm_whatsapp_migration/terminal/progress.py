"""How far a run is: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO

from odoo.addons.crm_whatsapp_migration.engine.words import say

WIDTH = 24
# A plain line at most this often, and at the end of each step.
PLAIN_SECONDS = 10.0
NOUNS = {
    "gateways": "gateways",
    "templates": "templates",
    "people": "people",
    "conversations": "conversations",
    "messages": "messages",
    "states": "states",
    "attachments": "attachments",
    "leads": "leads",
    "strays": "second conversations",
    "chatter": "notes on old messages",
    "positions": "read positions",
    # Tables, of a rollback.
    "mail_notification": "states",
    "mail_message": "messages",
    "ir_attachment": "attachments",
    "discuss_channel_member": "members",
    "discuss_channel": "conversations",
    "res_partner_gateway_channel": "contacts",
    "mail_guest": "guests",
    "whatsapp_number": "numbers of leads",
    "mail_whatsapp_template_variable": "variables of templates",
    "mail_whatsapp_template": "templates",
    "mail_gateway": "gateways",
}


class ProgressLine:
    """Called with each ``runner.Progress``.

    :param clock: seconds, growing
    """

    def __init__(
        self, stream: TextIO, lang: str, clock: Callable[[], float], bar: bool
    ) -> None:
        self._stream, self._lang, self._clock, self._bar = stream, lang, clock, bar
        self._noun = ""
        self._told = 0.0
        self._width = 0

    def __call__(self, event: Any) -> None:
        text = self._text(event)
        finished = event.done >= event.total
        if self._bar:
            self._draw(text, event, finished)
        elif self._is_due(event, finished):
            self._stream.write(text + "\n")
            self._stream.flush()
            self._told = self._clock()
        self._noun = event.noun

    def end(self) -> None:
        """Leave the line, so that what follows begins a new one."""
        if self._bar and self._width:
            self._stream.write("\n")
            self._width = 0

    def _is_due(self, event: Any, finished: bool) -> bool:
        late = self._clock() - self._told >= PLAIN_SECONDS
        return finished or late or event.noun != self._noun

    def _draw(self, text: str, event: Any, finished: bool) -> None:
        share = event.done / event.total if event.total else 1.0
        full = int(share * WIDTH)
        line = f"[{'#' * full}{'.' * (WIDTH - full)}] {text}"
        if self._noun and self._noun != event.noun:
            self.end()
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)
        if finished:
            self.end()

    def _text(self, event: Any) -> str:
        noun = say(NOUNS.get(event.noun, event.noun), {}, self._lang)
        share = event.done / event.total if event.total else 1.0
        text = f"{noun}: {share:4.0%}  {event.done}/{event.total}"
        if event.rate:
            text += f"  {event.rate:.0f}/s"
        if event.eta is not None and event.done < event.total:
            left = f"{int(event.eta) // 60}:{int(event.eta) % 60:02d}"
            text += "  " + say("%(left)s left", {"left": left}, self._lang)
        return text
