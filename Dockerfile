# The server on one machine, as an image: docs/production.md. Build it with `docker build --tag orders .`
# Data is in the volume /data. Nothing else is written: run it with --read-only.

ARG PYTHON_IMAGE=python:3.13.9-slim-bookworm
ARG NODE_IMAGE=node:22.21.1-bookworm-slim

# The operators' page.
FROM ${NODE_IMAGE} AS page
WORKDIR /orders/dashboard
COPY dashboard/package.json dashboard/package-lock.json dashboard/.npmrc ./
RUN npm ci --loglevel error --no-audit --no-fund
COPY dashboard ./
COPY src/orders/api/openapi/openapi.json ../src/orders/api/openapi/
RUN npx vite build --logLevel warn --emptyOutDir --outDir /page

# The program and its locked dependencies, in an environment without pip.
FROM ${PYTHON_IMAGE} AS program
WORKDIR /orders
RUN python3 -m venv --without-pip /opt/orders
COPY requirements/local.txt requirements/
RUN python3 -m pip --python /opt/orders/bin/python install --quiet --no-cache-dir --require-hashes --only-binary :all: \
    --requirement requirements/local.txt
COPY pyproject.toml README.md LICENSE template.yaml ./
COPY src src
COPY --from=page /page src/orders/local/server/page
RUN python3 -m pip --python /opt/orders/bin/python install --quiet --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/orders/bin/python -m compileall -q /opt/orders/lib

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin orders \
    && install --directory --owner=orders --group=orders --mode=0700 /data
COPY --from=program /opt/orders /opt/orders
ENV PATH=/opt/orders/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ORDERS_HOST=0.0.0.0 \
    ORDERS_PORT=8000 \
    ORDERS_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"ORDERS_PORT\"]}/health/live', timeout=4)"]
ENTRYPOINT ["orders"]
CMD ["serve"]
