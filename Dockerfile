# The chat for a team. Build where there is a network; run without one, as a user of its own, on a read-only file system:
#   docker build -t ibid .
#   docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     -v ibid-home:/data -v ./users:/run/users:ro -v ./articles:/articles:ro -p 127.0.0.1:7860:7860 ibid \
#     --auth /run/users --allow /articles --trust ibid.example.org
# `users` is made by `ibid user add`, and readable for the user 10001 alone (chown 10001 users; chmod 600 users).
FROM python:3.11-slim AS build
ARG PIP_ARGS=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE CHANGELOG.md ./
COPY index index
COPY qa qa
COPY seeds seeds
RUN python -m venv /opt/ibid && /opt/ibid/bin/pip install ${PIP_ARGS} --constraint constraints.txt .
RUN /opt/ibid/bin/ibid models --models /opt/models fetch && chmod -R a+rX /opt/models

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data ibid
COPY --from=build /opt/ibid /opt/ibid
COPY --from=build /opt/models /opt/models
ENV PATH=/opt/ibid/bin:$PATH IBID_HOME=/data IBID_MODELS=/opt/models PYTHONDONTWRITEBYTECODE=1 HOME=/tmp HF_HUB_OFFLINE=1
USER ibid
VOLUME /data
EXPOSE 7860
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=60s --timeout=10s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health', timeout=8)"]
ENTRYPOINT ["ibid", "chat", "--no-open", "--host", "0.0.0.0", "--log", "json"]
