# make demo    a first result: prompt structures and supervisions compared on the embedded world
# make demo-full    the same with more structures, tasks, seeds and epochs: an hour or more
# make test    build and run all tests
# make full    what takes longer than make test: CLIPs as transformers and OpenCLIP write them (6 GB of Python under .build), sweeps
#              that are killed again and again, 100,000 inputs for each fuzzing target; some hours
# make mpi     build .build/release/rpp-mpi, which trains on many machines by MPI
# make lint    the formatter's opinion
# make docc    build the documentation into .build/docc; a warning is an error
# make notebooks    run the notebooks from top to bottom, in a Python environment under .build;
#                   with OUT=Notebooks the results take the place of those that are kept, and the sweeps of 03 are whole ones:
#                   three hours or so
# make benchmark    training steps beside PyTorch's, which goes into an environment under .build; with PYTHON=PATH one
#                   that has PyTorch is used; with OUT=Benchmarks/results the kept results are replaced;
#                   ARGUMENTS="--rows maple-4 --rounds 1" measures less (see Benchmarks/side_by_side.py --help)
# make fuzz    look for inputs that break what reads files and texts, FUZZ_SECONDS (60) for each target of Fuzzing/README.md;
#              with TARGETS="json image" only these
# make fuzz-corpus    every input that was kept of earlier searches, once
# All of them first install what is missing, on Debian 12, as root or with sudo.

PACKAGES = libopenblas-dev liblapacke-dev libgsl-dev libdnnl-dev libjpeg62-turbo-dev libpng-dev libwebp-dev libcairo2-dev \
           libxxhash-dev zlib1g-dev fonts-dejavu-core gnuplot-nox
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)
ENSUREPIP = $(shell python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv)
VENV = .build/notebooks-venv
BENCHMARK_VENV = .build/benchmark-venv
OUT = .build/notebooks/executed

.PHONY: all setup build mpi demo demo-full test full lint docc notebooks benchmark fuzz fuzz-build fuzz-corpus clean

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

mpi: PACKAGES += libopenmpi-dev openmpi-bin
mpi: setup
	RPP_MPI=1 swift build -c release --product rpp-mpi

demo: build
	.build/release/rpp demo

demo-full: build
	.build/release/rpp demo --full

test: setup
	swift build -c release --build-tests
	swift test -c release --skip-build

full: PACKAGES += $(ENSUREPIP)
full: build fuzz-build
	Tests/hubs.sh
	DRAWS=20 KILLS=10 Tests/bound-kills.sh
	swift build -c release --build-tests
	RPP_MUTATIONS=100000 swift test -c release --skip-build --filter 'HostileFile|OpenCLIP'
	FUZZ_RUNS=100000 Fuzzing/fuzz.sh grow $(TARGETS)

notebooks: PACKAGES += $(ENSUREPIP)
notebooks: build $(VENV)/ready
	$(if $(filter Notebooks,$(OUT)),,RPP_SMALL=1) RPP_CACHE=$(CURDIR)/.build/notebooks/cache $(VENV)/bin/jupyter nbconvert --to notebook --execute --output-dir $(OUT) Notebooks/*.ipynb

$(VENV)/ready: Notebooks/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Notebooks/requirements.txt
	touch $@

benchmark: OUT = .build/benchmarks
benchmark: PACKAGES += $(if $(PYTHON),,$(ENSUREPIP))
benchmark: build $(if $(PYTHON),,$(BENCHMARK_VENV)/ready)
	$(or $(PYTHON),$(BENCHMARK_VENV)/bin/python) Benchmarks/side_by_side.py --out $(OUT) $(ARGUMENTS)

# PyTorch's build without CUDA is a tenth of the size: where pip is configured to find it, else from PyTorch's own index.
$(BENCHMARK_VENV)/ready: TORCH = $(shell sed -n '/^torch==/p' Benchmarks/requirements.txt)
$(BENCHMARK_VENV)/ready: PIP = $(BENCHMARK_VENV)/bin/pip install --quiet --disable-pip-version-check
$(BENCHMARK_VENV)/ready: Benchmarks/requirements.txt
	python3 -m venv $(BENCHMARK_VENV)
	$(PIP) $(TORCH)+cpu 2>/dev/null || \
	  $(PIP) --retries 0 --timeout 20 --extra-index-url https://download.pytorch.org/whl/cpu $(TORCH)+cpu 2>/dev/null || \
	  $(PIP) $(TORCH)
	$(PIP) -r Benchmarks/requirements.txt
	touch $@

fuzz: fuzz-build
	Fuzzing/fuzz.sh grow $(TARGETS)

fuzz-corpus: fuzz-build
	Fuzzing/fuzz.sh check $(TARGETS)

# The compiler's fuzzer and address sanitizer look into all modules, C included; of several flags swiftc takes the last.
fuzz-build: setup
	swift build -c release --package-path Fuzzing --scratch-path Fuzzing/.build-fuzz \
	  --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address \
	  -Xcc -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION

lint:
	swift format lint --strict --recursive Package.swift Sources Plugins Tests Fuzzing/Package.swift Fuzzing/Sources

docc: setup
	swift build -c release --product rpp
	swift build -c release --target RPPConformance
	Tests/docc.sh

clean:
	rm -rf .build Fuzzing/.build-fuzz
