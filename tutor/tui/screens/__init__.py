"""What covers the whole terminal for a while: help, questions, the crash report, "too small".

One screen a file, with its CSS and bindings. Panes of the course itself are in `tutor.tui.widgets`.
"""
