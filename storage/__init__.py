"""Keeps developments, the ledger, routes and deliveries in SQLite.

Imports `feeds` and `classifiers`.
"""
