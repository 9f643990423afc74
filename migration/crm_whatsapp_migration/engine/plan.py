"""What will happen, counted before it happens; reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .addons_path import ModuleCopy
from .checks import CHECKS, INSTALLATION, View
from .checks.gateways import generation_of
from .classify import create_tables, fill_tables, read_gateways, read_templates
from .estimate import Estimate, estimate
from .expected import expected
from .findings import BLOCKER, NOTE, WARNING, Finding, Question, Remark
from .legacy import Legacy, inspect
from .old_columns import complete, missing
from .options import Options
from .room import give_room
from .words import say


@dataclass
class Plan:
    """What ``make_plan`` found.

    :param questions: answered and open ones; an open one blocks a run
    :param remarks: facts, by level ``blocker``, ``warning``, ``note``
    :param generation: ``1``, ``2``, ``mixed``, or ``?`` where nothing tells
    :param expected: see ``expected.expected``
    """

    legacy: Legacy
    options: Options
    generation: str = "?"
    questions: list[Question] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    expected: dict[str, dict[str, Any]] = field(default_factory=dict)
    estimate: Estimate = field(default_factory=Estimate)

    @property
    def open_questions(self) -> list[Question]:
        return [question for question in self.questions if question.open]

    @property
    def blockers(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.level == BLOCKER]

    @property
    def warnings(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.level == WARNING]

    @property
    def notes(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.level == NOTE]

    @property
    def ready(self) -> bool:
        """Whether a run may begin."""
        return not self.blockers and not self.open_questions

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """JSON-able, without secrets; ``text`` of each finding is in ``lang``."""
        return {
            "series": self.legacy.series,
            "legacy_module": self.legacy.legacy_module,
            "generation": self.generation,
            "ready": self.ready,
            "questions": [question.as_dict(lang) for question in self.questions],
            "blockers": [remark.as_dict(lang) for remark in self.blockers],
            "warnings": [remark.as_dict(lang) for remark in self.warnings],
            "notes": [remark.as_dict(lang) for remark in self.notes],
            "expected": self.expected,
            "estimate": self.estimate.as_dict(),
            "options": self.options.as_dict(),
        }

    def words(self, lang: str = "en") -> list[str]:
        """The plan in lines, for a person."""
        lines = [say(*line, lang) for line in self._counts()]
        for title, findings in (
            ("To be mended first:", self.blockers),
            ("Questions, to be answered in the decisions file:", self.open_questions),
            ("To be known:", self.warnings),
            ("How it will be done:", self.notes),
        ):
            if findings:
                lines += ["", say(title, {}, lang)]
                lines += _lines(findings, lang)
        return lines

    def _counts(self) -> list[tuple[str, dict[str, Any]]]:
        lines: list[tuple[str, dict[str, Any]]] = []
        for table, counts in self.expected.items():
            values = {
                **counts,
                "skipped": sum(counts["skipped"].values()),
                "rejected": sum(counts["rejected"].values()),
            }
            lines.append((COUNT_WORDS[table], values))
        return lines + self.estimate.words()


_COUNTS = (
    "%(total)s: %(moved)s are moved, %(existing)s are there already, %(skipped)s are"
    " left behind, %(rejected)s are rejected, %(open)s wait for an answer."
)
COUNT_WORDS = {
    "whatsapp_gateway": "Gateways, " + _COUNTS,
    "whatsapp_template": "Templates, " + _COUNTS,
    "whatsapp_message": "Messages, " + _COUNTS,
    "discuss_channel": "Second conversations, " + _COUNTS,
    "mail_message": "Messages of second conversations, " + _COUNTS,
}


# A sample is shown this long.
_SAMPLE = 70


def _lines(findings: Sequence[Finding], lang: str) -> Iterator[str]:
    templates: dict[str, list[Question]] = {}
    for finding in findings:
        if isinstance(finding, Question) and finding.path[0] == "templates":
            templates.setdefault(finding.path[1], []).append(finding)
            continue
        yield "- " + finding.say(lang)
        if isinstance(finding, Question):
            yield "    " + _answers(finding, lang)
        elif finding.samples:
            samples = (str(sample)[:_SAMPLE] for sample in finding.samples)
            yield "    " + "; ".join(samples)
    yield from _template_lines(templates, lang)


def _template_lines(
    templates: Mapping[str, Sequence[Question]], lang: str
) -> Iterator[str]:
    """Two lines for each template: the others of its questions are only keys."""
    for asked in templates.values():
        yield "- " + asked[0].say(lang)
        yield "    " + ";  ".join(
            _answers(question, lang, from_key=min(place, 1) * 2)
            for place, question in enumerate(asked)
        )


def _answers(question: Question, lang: str, from_key: int = 0) -> str:
    """Where the answer belongs, and what it may be."""
    text = ".".join(question.path[from_key:])
    if question.options:
        text += ": " + " | ".join(question.options)
    if question.suggestion is not None:
        words = say("suggested: %(answer)s", {"answer": question.suggestion}, lang)
        text += f"  ({words})"
    return text


def make_plan(
    cr: Any,
    options: Options,
    legacy_on_path: bool | None = None,
    legacy_files: Mapping[str, str] | None = None,
    copies: Sequence[ModuleCopy] = (),
) -> Plan:
    """Look at a database and say what a run would do.

    Makes temporary tables, then sets the cursor's transaction to read only; the
    caller rolls it back.

    :param cr: psycopg2 cursor of a transaction that has done nothing yet
    :param legacy_on_path: whether the legacy module's files are on the addons path
    :param legacy_files: those that hold WhatsApp, see ``leftovers.find_files``
    :param copies: see ``addons_path.find_copies``
    """
    # Where read only is a database's default; a standby has words of its own.
    cr.execute("SET TRANSACTION READ WRITE")
    give_room(cr)
    complete(cr)
    create_tables(cr)
    cr.execute("SET TRANSACTION READ ONLY")
    legacy = inspect(cr, legacy_on_path, legacy_files, copies)
    plan = Plan(legacy, options, legacy.generation)
    view = View(cr, legacy, options, (), (), ())
    _ask(plan, view, INSTALLATION)
    if not legacy.has_history or missing(legacy.columns):
        return plan
    fill_tables(cr, legacy, options)
    gateways, origins = read_gateways(cr, legacy, options)
    named = generation_of(origins)
    if named != "?":
        plan.generation = named
    templates = read_templates(cr, legacy, options)
    view = View(cr, legacy, options, tuple(gateways), tuple(origins), tuple(templates))
    _ask(plan, view, CHECKS)
    plan.expected = expected(cr, legacy)
    plan.estimate = estimate(cr, legacy, options)
    return plan


def _ask(plan: Plan, view: View, checks: Any) -> None:
    for check in checks:
        for finding in check(view):
            if isinstance(finding, Question):
                plan.questions.append(finding)
            else:
                plan.remarks.append(finding)
