SPANISH: dict[str, str] = {}
