"""The control: a Django app that does the same statements, and nothing besides."""
