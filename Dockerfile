# The exporter, alone and without rights. Every byte from the lock files, by hash; another Python by --build-arg.
#
#   make container                                   # docker or podman, whichever is here
#   docker run --read-only --tmpfs /tmp --cap-drop=ALL --security-opt=no-new-privileges -p 10130:10130 goproxy-exporter

ARG PYTHON_VERSION=3.13
# Or a registry of yours, or the same by digest: python@sha256:…; docs/deployment.md says how one is found.
ARG BASE=docker.io/library/python:${PYTHON_VERSION}-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements/build.txt requirements/run.txt requirements/
# What builds stays in this stage. The virtual environment has no pip of its own: nothing is installed later.
RUN pip install --require-hashes --no-deps --only-binary=:all: -r requirements/build.txt \
    && python -m venv --without-pip /opt/goproxy_exporter \
    && pip --python /opt/goproxy_exporter/bin/python install \
        --require-hashes --no-deps --only-binary=:all: -r requirements/run.txt
COPY pyproject.toml README.md ./
COPY goproxy_exporter goproxy_exporter
# Bytecode is written here, once: the root file system is read-only later. Marked by hash, it is the same in every build.
RUN pip wheel --no-build-isolation --no-deps --no-index --wheel-dir dist . \
    && pip --python /opt/goproxy_exporter/bin/python install --no-deps --no-index dist/*.whl \
    && /opt/goproxy_exporter/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/goproxy_exporter

FROM ${BASE}
COPY --from=build /opt/goproxy_exporter /opt/goproxy_exporter
COPY config/public-mirrors.yml /etc/goproxy_exporter/config.yml
# For a volume, where state_dir may point.
RUN install -d -o 65532 -g 65532 /var/lib/goproxy_exporter
ENV PATH=/opt/goproxy_exporter/bin:$PATH PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/goproxy_exporter
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
EXPOSE 10130
# Python asks, because nothing else here can; http.client, because it heeds no proxy of the environment.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", \
    "from http.client import HTTPConnection as C; c = C('127.0.0.1', 10130, timeout=4); c.request('GET', '/-/healthy'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["goproxy-exporter"]
CMD ["run", "--config.file=/etc/goproxy_exporter/config.yml"]

# Last, because they differ from build to build and everything above does not.
ARG VERSION=dev
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="goproxy_exporter" \
      org.opencontainers.image.description="Prometheus exporter that watches Go module mirrors the way the go command uses them" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
