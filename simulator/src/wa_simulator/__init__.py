"""A fake WhatsApp Cloud API.  It is not Meta's, and it is not WhatsApp.

License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl-3.0).
"""

__version__ = "0.1.0"
