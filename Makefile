# make demo    a first result: what a learned prompt gains over zero-shot
# make test    build and run all tests
# make lint    the formatter's opinion
# All of them first install what is missing, on Debian 12, as root or with sudo.

PACKAGES = libopenblas-dev liblapacke-dev libgsl-dev libjpeg62-turbo-dev libpng-dev libwebp-dev libcairo2-dev \
           libxxhash-dev zlib1g-dev fonts-dejavu-core
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: all setup build demo test lint clean

all: build

setup:
	@command -v swift >/dev/null || { echo "Swift 6.3 is missing: see https://www.swift.org/install/linux/"; exit 1; }
	@missing=$$(for p in $(PACKAGES); do \
	   dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	 if [ -n "$$missing" ]; then \
	   echo "installing" $$missing; \
	   $(SUDO) apt-get update -qq && \
	   DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	 fi

build: setup
	swift build -c release --product rpp

demo: build
	.build/release/rpp demo

test: setup
	swift build -c release --build-tests
	swift test -c release --skip-build

lint:
	swift format lint --strict --recursive Package.swift Sources Plugins Tests

clean:
	rm -rf .build
