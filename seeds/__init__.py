"""The built-in articles, as package data."""
