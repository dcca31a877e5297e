"""The HTTP server and its OpenAPI document."""
