"""Numbered migrations, forward only; `engine.ledger.migrating` runs them."""
