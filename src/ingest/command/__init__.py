"""Commands that are a file of their own. `cli` puts them together: `app.command()(facts.why)`.

A command takes its options, calls one function of the package and shows what came back; it may know any room below.
"""
