"""Cases: what a ruleset must make of given records, played on both systems' twins."""
