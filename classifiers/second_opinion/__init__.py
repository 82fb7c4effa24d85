"""An optional language model's opinion on articles that the pipeline itself is unsure of.

`question` says what is sent, `service` sends it, `answer` keeps of what comes back only what the
article's own words support, `verdict` decides what that may change.
"""
