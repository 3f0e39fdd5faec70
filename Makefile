# Makefile - the commands of the README. Each sees to what it needs (tool/setup)
# and then hands over to CMake and tool/; no rule here builds anything itself.
#
#     make demo [BOARD=lm3s6965evb]    build the demo and talk to it
#     make test                        everything that CI runs
#     make size                        what kernel and processes cost, in bytes
#     make bench                       what every path costs, in instructions
#     make style                       the rules of STYLE.md
#     make man                         write doc/man/ from the headers
#     make clean

BOARD = lm3s6965evb
BUILD = build
# Debian's own python3 where there is one: another may come first in PATH.
PYTHON = $(shell test -x /usr/bin/python3 && echo /usr/bin/python3 || echo python3)
CMRX = $(PYTHON) tool/cmrx

# The processor of the board is that of its port: a build folder, and a toolchain
# file, for each.
PROCESSOR = $(shell grep -q '"port": *"riscv' board/$(BOARD)/board.json 2>/dev/null \
    && echo riscv32 || echo arm)
TOOLCHAIN = cmake/$(if $(filter arm,$(PROCESSOR)),arm-none-eabi,$(PROCESSOR)).cmake
CONFIGURE = cmake -G Ninja -S . -B $(BUILD)/$(PROCESSOR) \
    -DCMAKE_TOOLCHAIN_FILE=$(TOOLCHAIN) -DPython3_EXECUTABLE=$(PYTHON)

# The boards that the story is for.
DEMOS = $(strip $(shell sed -n '/^cmrx_boards(boards/,/)/ { s/cmrx_boards(boards//; s/)//; p }' \
    example/01_story/CMakeLists.txt))

help:
	@sed -n 's/^#     //p' Makefile

demo:
	@case ' $(DEMOS) ' in *' $(BOARD) '*) ;; *) \
	    echo 'demo: there is none for BOARD=$(BOARD); there are: $(DEMOS)'; exit 1 ;; \
	esac
	@tool/setup demo $(PROCESSOR)
	@echo "Building the story for $(BOARD) ..."; mkdir -p $(BUILD)
	@{ $(CONFIGURE) && cmake --build $(BUILD)/$(PROCESSOR) --target story_$(BOARD); } \
	    >$(BUILD)/demo.log 2>&1 </dev/null || { cat $(BUILD)/demo.log; exit 1; }
	@$(CMRX) run $(BUILD)/$(PROCESSOR)/story_$(BOARD) \
	    --uart1 "$(PYTHON) example/01_story/feed.py"

test:
	@tool/setup test
	@$(PYTHON) tool/test --build $(BUILD)

size:
	@tool/setup demo
	@$(PYTHON) tool/test --build $(BUILD) --only size --show

bench:
	@tool/setup test
	@$(PYTHON) tool/test --build $(BUILD) --only bench --show

style:
	@tool/setup style
	@$(CMRX) style --build $(BUILD)

man:
	@tool/setup demo
	@$(CMRX) man

clean:
	rm -rf $(BUILD)

.PHONY: help demo test size bench style man clean
