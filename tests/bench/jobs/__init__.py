"""One job in many engines: `PROGRAM IN OUT` reads orders line by line and writes what is kept."""
