import ast
from pathlib import Path

from odoo.modules.module import get_module_path
from odoo.tests import BaseCase, tagged

OWN = Path(__file__).parents[1]
OCA = ("mail_gateway", "mail_gateway_whatsapp")
# Methods of OCA's that ours stand in for, each with the defect that is the reason.
REPLACED = {
    ("mail.gateway", "_get_gateway_map"): "cached without its arguments (18.0)",
    ("mail.gateway", "button_import_whatsapp_template"): "reads one page, all or none",
    ("mail.gateway.whatsapp", "_get_author"): "fails where a partner has two numbers",
    ("mail.gateway.whatsapp", "_html_to_whatsapp"): "makes footnotes of links",
    ("mail.gateway.whatsapp", "_whatsapp_to_html"): "reads marks within code",
    ("mail.gateway.whatsapp", "_send"): "calls Meta inside the transaction",
    ("mail.whatsapp.template", "_compute_variable_ids"): "numbers only, random order",
    ("mail.whatsapp.template", "_prepare_values_to_import"): "raises for what is new",
    ("mail.whatsapp.template", "button_sync_template"): "keeps parts that are gone",
    ("mail.whatsapp.template", "prepare_value_to_send"): "sends blanks, out of order",
    ("mail.whatsapp.template", "render_body_message"): "shows values out of order",
    ("mail.guest.manage", "merge_partner"): "reads the wizard that went with the guest",
    ("whatsapp.composer", "_compute_is_required_template"): "makes a conversation",
    ("whatsapp.composer", "_action_send_whatsapp"): "needs a partner",
}
# A model takes these over from the one that it is made of.
MADE_OF = {"mail.gateway.whatsapp": "mail.gateway.abstract"}
# Smaller pieces are alike by chance.
ALIKE_NODES = 60


def _trees(folder):
    for path in sorted(folder.rglob("*.py")):
        if "tests" not in path.relative_to(folder).parts:
            yield ast.parse(path.read_text(encoding="utf-8"))


def _model_of(node):
    """Name of the model that a class defines or extends, ``""`` without one."""
    found = {
        target.id: statement.value.value
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        for target in statement.targets
    }
    return found.get("_name") or found.get("_inherit") or ""


def _methods(folder):
    """``(model or name of the class, name of the method, its node)`` of a module."""
    for tree in _trees(folder):
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield _model_of(node) or node.name, method.name, method


def _calls_super(method):
    return any(
        isinstance(node, ast.Name) and node.id == "super" for node in ast.walk(method)
    )


def _pieces(folder):
    """Return what could be copied: bodies and compound statements, by shape."""
    for tree in _trees(folder):
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and not isinstance(node, ast.Module):
                shape = "\n".join(ast.dump(statement) for statement in body)
                if sum(1 for part in body for _node in ast.walk(part)) > ALIKE_NODES:
                    yield shape


@tagged("post_install", "-at_install")
class TestStandingOnOca(BaseCase):
    """A1: stands on OCA's modules, goes through ``super()``, copies nothing."""

    def _oca_folders(self):
        return [Path(get_module_path(name)) for name in OCA]

    def test_the_manifest_depends_on_what_is_used(self):
        manifest = ast.literal_eval((OWN / "__manifest__.py").read_text())
        self.assertEqual(
            sorted(manifest["depends"]),
            ["base_automation", "crm", "hr", *OCA],
        )

    def test_what_is_oca_s_is_extended(self):
        theirs = {
            (model, name)
            for folder in self._oca_folders()
            for model, name, _method in _methods(folder)
        }
        overridden = {
            (model, name): _calls_super(method)
            for model, name, method in _methods(OWN)
            if {(model, name), (MADE_OF.get(model), name)} & theirs
        }
        self.assertGreater(len(overridden), 10)
        self.assertEqual(
            sorted(key for key, extends in overridden.items() if not extends),
            sorted(REPLACED),
        )

    def test_no_code_of_oca_is_copied(self):
        theirs = {piece for folder in self._oca_folders() for piece in _pieces(folder)}
        self.assertGreater(len(theirs), 30)
        self.assertEqual([one for one in _pieces(OWN) if one in theirs], [])
