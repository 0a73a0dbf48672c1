# natflow's command line in a container. Not built by natflow's own tests. In a checkout:
#   npm ci && npm pack && docker build --tag natflow .
#   docker run --rm --network host --volume "$PWD:/work" natflow report flows.log
FROM node:24-slim
COPY natflow-*.tgz /tmp/natflow.tgz
RUN npm install --global --offline /tmp/natflow.tgz && rm /tmp/natflow.tgz
USER node
WORKDIR /work
ENTRYPOINT ["natflow"]
