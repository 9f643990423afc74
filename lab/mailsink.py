"""Takes every mail Odoo sends and keeps it as a file; nothing leaves the machine."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import signal
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """aiosmtpd handler: one file per message, numbered in order of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(len(list(folder.glob("*.eml"))) + 1)

    async def handle_DATA(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
    ) -> str:
        content = envelope.content or b""
        body = content.encode() if isinstance(content, str) else content
        message = message_from_bytes(body)
        # The envelope's recipients, bcc included, are not in the headers.
        message["X-Lab-Recipients"] = ", ".join(envelope.rcpt_tos)
        path = self.folder / f"{next(self.numbers):05d}.eml"
        draft = path.with_suffix(".tmp")
        draft.write_bytes(message.as_bytes())
        draft.replace(path)
        return "250 OK"


async def serve(port: int, folder: Path) -> None:
    """Listen until asked to stop."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, done.set)
    controller = UnthreadedController(
        Sink(folder), hostname="127.0.0.1", port=port, loop=loop
    )
    server = await controller._create_server()
    (folder / "ready").touch()
    await done.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(options.port, options.folder))


if __name__ == "__main__":
    main()
