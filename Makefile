# The only entry point. Targets are thin: the work is in compose/local and in the tools they call.
.DEFAULT_GOAL := help
.PHONY: help keys keys-docker setup setup-dev demo run stop status health logs test test-full test-unit test-clients lint format lock clean \
	up down pause ps logs-docker reload secrets secret doctor bases bundle load fetch-model test-indextts2 bench bench-load bench-voice tune

PYTHON_BIN := .venv/bin
STACK := $(PYTHON_BIN)/python -m compose.local
# On a server, without any of our packages.
SERVER := python3 -m compose.server
# The Docker stack, the kill tests and the local stack mostly wait; the unit tests fill the time.
WORKERS ?= 2
PYTEST := $(PYTHON_BIN)/python -m pytest -n $(WORKERS) --no-loadscope-reorder
SOURCES := api speech serving healthcheck compose benchmarks tests

help: ## 显示帮助 show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## 安装依赖 install what the stack needs (idempotent)
	@echo "准备环境 setup"
	@compose/local/setup.sh local

demo: setup ## 一键演示 start everything, speak into demo.wav, stop
	@$(STACK) demo

run: setup ## 启动本地服务 start the local stack and keep it running
	@$(STACK) up

stop: ## 停止本地服务 stop the local stack
	@test ! -x $(PYTHON_BIN)/python || $(STACK) down

status: ## 查看状态 what is running
	@$(STACK) status

health: ## 健康检查 what the sidecar sees
	@$(PYTHON_BIN)/python -m healthcheck status

logs: ## 跟踪日志 follow every service's log
	@$(STACK) logs

up: ## 用 Docker 启动 build and start the compose stack, return when it speaks (GPU=0/1, BUILD=0)
	@$(SERVER) up --gpu "$(filter 0 1,$(GPU))" $(if $(filter 0,$(BUILD)),--no-build)

down: ## 停止 Docker 服务 stop the compose stack
	@docker compose --profile '*' down

pause: ## 暂停 Docker 服务 stop the containers and keep them
	@docker compose stop

ps: ## Docker 服务状态 what runs in compose
	@docker compose ps

logs-docker: ## 跟踪 Docker 日志 follow the compose stack's logs
	@docker compose logs --follow --tail 50

ARGS ?= list
keys: ## 管理 API 密钥 API keys of the local stack (ARGS="create NAME", list, "revoke ID")
	@$(STACK) keys $(ARGS)

keys-docker: ## 管理 API 密钥 the same for the compose stack
	@docker compose exec -T api python -m api.keys $(ARGS)

reload: ## 启用新证书 take a renewed certificate, dropping no request
	@docker compose exec edge haoshuo-nginx reload

secrets: ## 创建密钥和证书 create secrets and certificates once, never overwrite
	@$(SERVER) secrets $(if $(filter 0,$(BUILD)),--no-build)

secret: ## 填入密钥 put a secret that you know into its file (NAME=haoshuo_wechat_secret)
	@$(SERVER) secret $(NAME)

doctor: ## 检查服务器 check this server: what is wrong and how to mend it
	@$(SERVER) doctor

bases: ## 离线基础镜像 build the base image from Debian's mirror, without a registry
	@compose/airgap/bases.sh

FILE ?= haoshuo-images.tar.gz
bundle: ## 打包全部镜像 save every image to FILE
	@compose/airgap/bundle.sh save $(FILE)

load: ## 导入镜像 load every image from FILE
	@compose/airgap/bundle.sh load $(FILE)

MODEL ?= .local/voices/indextts2
SOURCE ?= huggingface
# Where the local stack was never set up, with nothing but Docker.
FETCH = $(if $(wildcard $(PYTHON_BIN)/python),$(PYTHON_BIN)/python -m speech.indextts2 fetch $(MODEL),docker compose run \
	--rm --build --user $(shell id -u):$(shell id -g) --volume $(abspath $(MODEL)):/model fetch)
fetch-model: ## 下载模型 download IndexTTS-2 into MODEL (SOURCE=huggingface|modelscope MIRROR=URL ACCEPT=1)
	@mkdir -p $(MODEL)
	@$(FETCH) --source $(SOURCE) $(if $(MIRROR),--mirror $(MIRROR)) $(if $(ACCEPT),--accept-license)

setup-dev:
	@echo "准备测试环境 setup (dev)"
	@compose/local/setup.sh dev

test: setup-dev ## 运行全部测试 the test suite: every promise once
	$(PYTEST) -m "not full and not clients"

test-full: test ## 完整测试 make test, then every repetition of its matrices
	$(PYTEST) -m full

test-unit: setup-dev ## 只跑单元测试 unit tests only: fast, no services
	$(PYTEST) -m "not full" tests/unit

test-clients: setup-dev ## 测试真实客户端 other people's clients of OpenAI's API and of WebSockets (installs 1 GB into .local)
	$(PYTHON_BIN)/python -m pytest tests/integration/test_clients.py tests/integration/test_autobahn.py

test-indextts2: setup-dev ## 只测 IndexTTS2 引擎 the IndexTTS2 engine's tests only
	$(PYTHON_BIN)/python -m pytest tests/unit/speech/indextts2 tests/integration/test_indextts2.py

BENCH_OUT ?= .local/benchmarks
# They measure what is around the voice, so it is the light one.
bench bench-load: export HAOSHUO_ENGINE := baker
bench-load: setup ## 压力测试 overload the stack on purpose, report into BENCH_OUT (QUICK=1, FULL=1)
	$(PYTHON_BIN)/python -m benchmarks.load --out $(BENCH_OUT) \
		--plan $(if $(FULL),full,$(if $(QUICK),quick,reduced))

bench: setup ## 性能对比 what a user would ask before choosing, side by side (QUICK=1: 8 minutes, into BENCH_OUT)
	$(PYTHON_BIN)/python -m benchmarks.speed $(if $(QUICK),--quick --out $(BENCH_OUT),--out benchmarks/results)

bench-voice: setup-dev ## 音色质量 what programs think of the voices, and whether every gate is kept (QUICK=1; installs 350 MB into .local)
	$$($(PYTHON_BIN)/python -m benchmarks.voice.installation) -m benchmarks.voice \
		$(if $(QUICK),--quick --out $(BENCH_OUT),--out benchmarks/results)

tune: setup ## 性能调优 find instances and threads for this machine by measuring, write them into .env
	$(PYTHON_BIN)/python -m benchmarks.speed.tune

lint: setup-dev ## 静态检查 ruff, mypy --strict, shellcheck, yamllint
	$(PYTHON_BIN)/ruff check
	$(PYTHON_BIN)/ruff format --check
	$(PYTHON_BIN)/mypy $(SOURCES)
	$(PYTHON_BIN)/shellcheck compose/*.sh compose/*/*.sh .ci/run
	$(PYTHON_BIN)/yamllint --strict .pre-commit-config.yaml docker-compose*.yml tests/docker/*.yml

format: setup-dev ## 格式化代码 format and fix what can be fixed
	$(PYTHON_BIN)/ruff check --fix
	$(PYTHON_BIN)/ruff format

# dev.txt is the superset that constrains the others: one version of everything.
COMPILE := $(PYTHON_BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header
lock: setup-dev ## 重新锁定依赖 pin every dependency again, with hashes
	$(COMPILE) pyproject.toml --extra api --extra models --extra indextts2 --extra local --extra dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml --extra api --extra models --extra local -c requirements/dev.txt -o requirements/local.txt
	$(COMPILE) pyproject.toml --extra api -c requirements/dev.txt -o requirements/api.txt
	$(COMPILE) pyproject.toml --extra models -c requirements/dev.txt -o requirements/models.txt
	$(COMPILE) pyproject.toml --extra tools -c requirements/dev.txt -o requirements/tools.txt
	$(COMPILE) pyproject.toml --extra baseline -c requirements/dev.txt -o requirements/baseline.txt
	$(COMPILE) pyproject.toml --extra models --extra indextts2 -c requirements/dev.txt -o requirements/indextts2.txt
	$(COMPILE) pyproject.toml --extra models --extra indextts2 --extra gpu -c requirements/dev.txt -o requirements/gpu.txt
	$(COMPILE) pyproject.toml --extra voice-bench --no-deps -c requirements/dev.txt -o requirements/voice-bench.txt
	$(COMPILE) pyproject.toml --extra clients -o requirements/clients.txt
	$(COMPILE) pyproject.toml --extra clients-quick -c requirements/clients.txt -o requirements/clients-quick.txt
	$(subst 3.11,3.12,$(COMPILE)) pyproject.toml --extra clients-wyoming -o requirements/clients-wyoming.txt
	npm --prefix tests/clients/npm update --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

# What cannot be had again goes only when it is named: ALSO="secrets audit model".
clean: stop ## 清理 remove what was installed or written, but secrets, audit and model (ALSO="secrets audit model")
	rm -rf .venv demo.wav .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@mkdir -p .local/log .local/voices
	find .local -mindepth 1 -maxdepth 1 ! -name secrets ! -name log ! -name voices -exec rm -rf {} +
	find .local/log -type f ! -name 'audit-*' -delete
	find .local/voices -mindepth 1 -maxdepth 1 ! -name indextts2 -exec rm -rf {} +
	$(if $(filter secrets,$(ALSO)),rm -rf .local/secrets)
	$(if $(filter audit,$(ALSO)),rm -rf .local/log)
	$(if $(filter model,$(ALSO)),rm -rf .local/voices)
	@find .local -depth -type d -empty -delete
