# An image that runs as nobody in particular, on a read-only root: see docs/operations.md.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /opt/pledgewatch \
    && /opt/pledgewatch/bin/pip install --require-hashes -r requirements.lock
COPY . .
RUN /opt/pledgewatch/bin/pip install --no-deps --no-build-isolation . \
    && /opt/pledgewatch/bin/python -m compileall -q /opt/pledgewatch/lib

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 pledgewatch \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data pledgewatch \
    && install -d -o 10001 -g 10001 -m 0700 /data \
    && install -d /config
COPY --from=build /opt/pledgewatch /opt/pledgewatch
# The configuration is /config/config.toml, if there is one, and the environment. The port is for the
# health check within the container; publish it only if something outside is to read it.
ENV PATH=/opt/pledgewatch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PLEDGEWATCH_STORAGE__PATH=/data/pledgewatch.db \
    PLEDGEWATCH_HEALTH__PORT=8080
USER 10001:10001
WORKDIR /config
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["pledgewatch", "health", "--live"]
ENTRYPOINT ["pledgewatch"]
CMD ["run"]
