"""``wa-simulator serve``."""

import argparse
import asyncio
import gc
import json
import logging
import signal
import sys
from collections.abc import Mapping

from ..config import ServeConfig, serve_config
from ..server import Server, UnusablePath, new_loop

BANNER = """\
============================================================
 wa-simulator: THIS IS A FAKE of the WhatsApp Cloud API.
 Not Meta, not WhatsApp. No message reaches any phone.
============================================================"""


async def _serve(config: ServeConfig) -> int:
    try:
        server = Server(config)
    except UnusablePath as exc:
        sys.stderr.write(f"wa-simulator: {exc}\n")
        return 1
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        ready = await server.start()
    except UnusablePath as exc:
        await server.stop()
        sys.stderr.write(f"wa-simulator: {exc}\n")
        return 1
    except OSError as exc:
        await server.stop()
        sys.stderr.write(
            f"wa-simulator: cannot listen on {config.host}: {exc}. Choose "
            "another --port or --tls-port; 0 picks a free one.\n"
        )
        return 1
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await stop.wait()
    await server.stop()
    return 0


def run(args: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Run until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    sys.stderr.write(BANNER + "\n")
    # What is loaded now stays; collections need not look at it again.
    gc.freeze()
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(_serve(serve_config(args)))
