"""Endpoints that receive a shop's webhooks, with FastAPI, Flask and Django."""
