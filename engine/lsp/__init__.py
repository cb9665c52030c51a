"""What an editor is told of rulesets while they are written, over the Language Server Protocol.

The schema completes and explains; here is what it cannot know: our own diagnostics, what a value
stands over, where a name is defined, and what an expression gives for a record.
"""
