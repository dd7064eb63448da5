"""Reads the sources of the book as its tests see them: chapters, displayed equations, claims, exercises."""
