# One image for every role: the role is the command (`serve` unless another is given, such as `ingest …` or `doctor`).
# Layers are in the order of how rarely they change: a changed source rebuilds no dependency and installs no package.

FROM node:24-bookworm-slim AS base
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./

FROM base AS build
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/console.mjs scripts/
COPY migrations migrations
COPY machines machines
COPY src src
RUN node scripts/build.mjs

FROM base AS reelstate
ENV NODE_ENV=production
RUN npm ci --omit=dev --no-audit --no-fund \
 && npm cache clean --force \
 && ln -s /app/src/cli/reelstate.js /usr/local/bin/reelstate \
 && install -d -o node -g node /data
ENV REELSTATE_DATA=/data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
COPY --from=build /app/dist ./
USER node
ENTRYPOINT ["tini", "--", "reelstate"]
CMD ["serve", "--host", "0.0.0.0"]
