# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS assets
WORKDIR /portal
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static static
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    HOST=0.0.0.0 \
    PORT=8000 \
    VAR_DIR=/var/lib/portal
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /var/lib/portal/media
COPY --from=packages /venv /venv
WORKDIR /portal
COPY . .
COPY --from=assets /portal/static/build static/build
# The demo settings ask for no secret; what they build is the same for all modes, and belongs to root.
RUN python -m scripts.messages compile \
    && STATIC_ROOT=/portal/collected DJANGO_SETTINGS_MODULE=portal.settings.demo python manage.py collectstatic --noinput -v 0
ENV STATIC_ROOT=/portal/collected
USER portal
VOLUME /var/lib/portal/media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "-c", "python:portal.web", "portal.wsgi:application"]
