"""Telling a company's programs of changes: who is told what, signed, sent, tried again."""
