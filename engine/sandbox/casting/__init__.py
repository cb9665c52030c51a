"""Both twins set up from records that say only what matters: for the cases of a ruleset."""
