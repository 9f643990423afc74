"""The rules as data. Code that reads them lies beside this file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ImportRule:
    """Files under `folder` import nothing of `forbidden`, but for what is excepted.

    A name in `forbidden` or `allowed` stands for that module and all below it.
    `exceptions` maps a file, relative to `folder`, to the modules it may have.
    `calls` are dotted names that may not be called: a module such as `datetime`
    may be needed for its types while its clock may not.
    """

    title: str
    folder: str
    forbidden: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    exceptions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    calls: tuple[str, ...] = ()


ADDON = ("crm_whatsapp_gateway", "odoo.addons.crm_whatsapp_gateway")

MIGRATION = (
    "migration.crm_whatsapp_migration",
    "odoo.addons.crm_whatsapp_migration",
)

IMPORT_RULES = (
    ImportRule(
        title="the simulator knows nothing of Odoo, of the addon or of the lab",
        folder="simulator",
        forbidden=("odoo", "crm_whatsapp_gateway", "lab"),
    ),
    ImportRule(
        title="the simulator's engine has no socket, thread, wall clock or framework",
        folder="simulator/src/wa_simulator/engine",
        forbidden=(
            "aiohttp",
            "asyncio",
            "concurrent",
            "fastapi",
            "ftplib",
            "http",
            "httpx",
            "multiprocessing",
            "os",
            "pathlib",
            "queue",
            "random",
            "requests",
            "sched",
            "secrets",
            "select",
            "selectors",
            "signal",
            "smtplib",
            "socket",
            "socketserver",
            "ssl",
            "starlette",
            "subprocess",
            "tempfile",
            "threading",
            "time",
            "urllib.request",
            "urllib3",
            "uvicorn",
            "uvloop",
            "websockets",
            "wa_simulator.cli",
            "wa_simulator.client",
            "wa_simulator.console",
            "wa_simulator.control",
            "wa_simulator.listener",
            "wa_simulator.graph",
            "wa_simulator.pytest_plugin",
        ),
        # The one source of ids is seeded; it is given its seed, it draws none.
        exceptions=(("ids.py", ("random",)),),
        calls=(
            "date.today",
            "datetime.date.today",
            "datetime.datetime.now",
            "datetime.datetime.today",
            "datetime.datetime.utcnow",
            "datetime.now",
            "datetime.today",
            "datetime.utcnow",
            "uuid.uuid1",
            "uuid.uuid4",
            "uuid1",
            "uuid4",
        ),
    ),
    ImportRule(
        title="the addon knows nothing of the simulator or of the lab",
        folder="crm_whatsapp_gateway",
        forbidden=("wa_simulator", "simulator", "lab"),
    ),
    ImportRule(
        title="the glue to queue_job knows nothing of the simulator or of the lab",
        folder="crm_whatsapp_gateway_queue_job",
        forbidden=("wa_simulator", "simulator", "lab"),
    ),
    ImportRule(
        title="the addon's tools are pure Python: no Odoo, nothing of the addon around",
        folder="crm_whatsapp_gateway/tools",
        forbidden=("odoo", *ADDON),
        allowed=tuple(f"{name}.tools" for name in ADDON),
    ),
    ImportRule(
        title="the migration knows nothing of the simulator, of the lab or of tests",
        folder="migration",
        forbidden=("wa_simulator", "simulator", "lab", "tests"),
    ),
    ImportRule(
        title="the migration's engine is plain code over a cursor: no Odoo but the"
        " bridge's tools, nothing of the addon around",
        folder="migration/crm_whatsapp_migration/engine",
        forbidden=("odoo", *ADDON, *MIGRATION, "requests", "urllib.request", "http"),
        allowed=(
            *(f"{name}.tools" for name in ADDON),
            *(f"{name}.engine" for name in MIGRATION),
        ),
    ),
    ImportRule(
        title="who makes legacy data does not ask the engine what comes of it",
        folder="tests/migration/generator",
        forbidden=("odoo", "lab", *ADDON, *MIGRATION),
    ),
    ImportRule(
        title="the lab drives Odoo and the simulator from outside",
        folder="lab",
        forbidden=("odoo", "crm_whatsapp_gateway", "wa_simulator"),
        allowed=("wa_simulator.client",),
    ),
    ImportRule(
        title="steps call drivers: no database, no ORM, no HTTP of their own",
        folder="tests/steps",
        forbidden=(
            "http",
            "httpx",
            "odoo",
            "psycopg",
            "psycopg2",
            "requests",
            "socket",
            "urllib",
            "xmlrpc",
        ),
    ),
)

# Host names in two parts, so that this file does not hold one itself.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("ftp", "debian", "org"),
        ("security", "debian", "org"),
        ("snapshot", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("proxy", "golang", "org"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
    )
)

# First folders of a path that only exists on the machine of whoever wrote it.
MACHINE_FOLDERS = ("work", "root", "home", "Users")

# From these on a character is an emoji or made to look like one (first, last).
EMOJI_RANGES = (
    (0x2600, 0x27BF),
    (0x2B00, 0x2BFF),
    (0xFE0F, 0xFE0F),
    (0x1F000, 0x1FAFF),
)

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
