"""Numbered migrations, forward only; `engine.ledger.schema` runs them."""
