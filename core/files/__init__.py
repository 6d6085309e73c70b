"""Checks of files that strangers send.

``checks.checked`` is the front door. What opens a file runs in a child process (``child``), which must not need Django;
so this package imports nothing by itself.
"""
