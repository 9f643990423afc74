"""Provisions and runs Odoo, PostgreSQL and the simulator on one machine."""
