"""The application: polls, decides, delivers and answers. Imports everything below it."""
