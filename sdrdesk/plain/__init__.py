"""Plain mode: line in, lines out, for screen readers, pipes and poor connections.

It uses the same services as the screens and draws nothing: no cursor movement, no colour.
"""
