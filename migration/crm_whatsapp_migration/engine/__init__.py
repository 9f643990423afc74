"""Plan, run, verify, roll back: plain functions over a psycopg2 cursor.

No ORM and no framework: the engine works while the addon is merely on the addons
path. Time and ids are passed in. The doors that call it are ``cli`` and ``models``.
"""
