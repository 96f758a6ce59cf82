# The assistant with the CPU build of torch.
#
#   docker build -t chatbot .
#   docker run -p 127.0.0.1:7860:7860 -v chatbot-home:/var/lib/chatbot chatbot
#   docker logs CONTAINER        # shows the console password once, after the first start
#
# Optional dependencies: docker build --build-arg EXTRAS=postgres,openai -t chatbot .
# Every setting is an environment variable, see chatbot/cli/README.md. Put a proxy with HTTPS in front.
FROM python:3.11-slim

ARG EXTRAS=postgres
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 GRADIO_ANALYTICS_ENABLED=False

WORKDIR /app
# torch first and alone: it is large and changes rarely. The version is the one in pyproject.toml (tested).
RUN pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu
COPY . .
# Editable: the sample shop in data/ is read from beside the packages.
RUN pip install -e ".[${EXTRAS}]"

RUN useradd --create-home --uid 10001 chatbot && install -d -o chatbot -g chatbot /var/lib/chatbot
USER chatbot
ENV CHATBOT_HOME=/var/lib/chatbot CHATBOT_HOST=0.0.0.0 CHATBOT_PORT=7860
VOLUME /var/lib/chatbot
EXPOSE 7860
# The first start trains the intent model of the sample shop, which takes a minute or two.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10m --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/api/v1/health', timeout=4)"]
CMD ["chatbot", "serve"]
