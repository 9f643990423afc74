# cli: Odoo 18.0 finds a subcommand by importing the addon.
from . import cli
from . import controllers
from . import models
from . import wizards
