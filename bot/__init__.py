"""The application: polls, decides, delivers and answers. Imports everything below it."""

__version__ = "0.1.0"
