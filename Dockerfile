# The image of the service: Node, and what `npm run runtime` writes. docs/deployment.md says how to run it.
# Named here only. Dependabot finds it in a FROM, and in no ARG.
FROM node:24.22.3-bookworm-slim AS base

FROM base AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY client/package.json client/
# No package needs its install script here: argon2, bcrypt and esbuild bring their programs along.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.json LICENSE ./
COPY scripts scripts
COPY src src
COPY assets assets
COPY drizzle drizzle
# The build has no git history. Name the commit, and the metric build_info shows it.
ARG BUILD_COMMIT=
RUN node scripts/build.js && node scripts/runtime-folder.js /runtime

FROM base
LABEL org.opencontainers.image.title="phone-accounts" org.opencontainers.image.licenses="MIT"
# npm runs the commands of operators. It must not need a folder to write to.
ENV NODE_ENV=production NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_LOGS_MAX=0
WORKDIR /app
# The files belong to root, so the service cannot change them.
COPY --from=build /runtime ./
# The user node of Node's image. Kubernetes must see by the number that it is not root.
USER 1000:1000
EXPOSE 4000 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["node", "scripts/health-check.js"]
# Without npm in between: SIGTERM reaches the service.
CMD ["node", "dist/main.js"]
