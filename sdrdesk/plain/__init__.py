"""The call mode without a screen: line in, lines out, for screen readers, pipes and bad lines.

It asks the same services as the screens and draws nothing: no cursor movement, no colour.
"""
