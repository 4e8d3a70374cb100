"""The panes and bars of the terminal skin, one a file, each with its CSS, messages and bindings.

All that show text are `LineView`s: rows of styled pieces, painted line by line, which costs a fraction of a
tree of widgets. `styled` has the rows and the wrapping. A pane gets its data by one method, `show(...)`, and
says what the person wants by a message; it knows no action's rule.
"""
