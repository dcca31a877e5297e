"""Widgets: reusable drawing. They know domain data and nothing of services or storage."""
