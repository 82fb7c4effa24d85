"""Makes articles out of the network: fetching, parsing and identity. Imports nothing of ours."""
