"""Meta's Graph dialect over HTTP: parse, call the engine, render."""
