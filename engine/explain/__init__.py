"""Why something was sent as it was, or was not: what each value comes from, which rule stopped a
record, and which one change would let it through.
"""
