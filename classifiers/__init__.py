"""Makes assessments out of articles: who commits what to whom, how bindingly. Imports `feeds`."""
