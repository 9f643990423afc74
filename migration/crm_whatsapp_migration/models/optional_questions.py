"""What the screen asks besides the plan: a run does not wait for these answers.

On the command line they are options and keys of the decisions file.
"""

from ..engine.decisions import NOTE, SKIP
from ..engine.findings import Question

_MISSING = (
    "%(messages)s messages name gateway %(id)s, which does not exist any more. Without"
    " an answer they are rejected: which gateway of today shall have their history?"
)
_DRAFTS = (
    "%(count)s messages are drafts that were never sent. Without an answer they are"
    " left behind: shall they be notes of their conversation?"
)


def may_be_answered(plan):
    """Questions that follow from a plan's remarks."""
    for remark in plan.remarks:
        if remark.code == "gateway_missing":
            path = ("gateways", str(remark.values["id"]), "action")
            yield Question(remark.code, path, _MISSING, remark.values, ("map",))
        elif remark.code in ("drafts", "drafts_noted"):
            answer = plan.options.decisions.drafts
            yield Question(
                "drafts", ("drafts",), _DRAFTS, remark.values, (SKIP, NOTE), answer
            )
