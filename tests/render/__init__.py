"""Cards drawn as a reader sees them: `python -m tests.render FOLDER` writes cards.html there, and
cards.png where Chromium is installed. A tool for looking, and an oracle for the tests."""
