"""The core's specification, on literal values."""
