"""Makes assessments out of articles: who commits what to whom, how bindingly. Imports `feeds`."""

import os

# For NumPy, before its first import, wherever that is: a second thread for fifty words costs more
# than it brings.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
