# The portal in one image: web, worker and beat differ only by their command.
FROM python:3.12-slim-bookworm AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN ["python", "-m", "venv", "/venv"]
ENV PATH="/venv/bin:$PATH"
COPY requirements.txt .
RUN ["python", "-m", "pip", "install", "--require-hashes", "-r", "requirements.txt"]
COPY . .
# The sandbox needs no secret; nothing of it stays in the image but the compiled files.
ENV SANDBOX=1 VAR_DIR=/scratch STATIC_ROOT=/app/staticfiles
RUN ["python", "manage.py", "catalogues"]
RUN ["python", "manage.py", "collectstatic", "--no-input"]

FROM python:3.12-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PATH="/venv/bin:$PATH" \
    HOST=0.0.0.0 PORT=8000 VAR_DIR=/var/lib/portal STATIC_ROOT=/app/staticfiles
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --no-create-home --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --group portal /var/lib/portal /media /documents
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "-m", "portal.health", "web"]
CMD ["gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi"]
