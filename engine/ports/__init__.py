"""What the street asks of the world, as abstract classes: `world`, `systems`, `ledger`."""
