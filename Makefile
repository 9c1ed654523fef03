# Two commands: `make run` (a furnished demonstration) and `make test` (everything). Needs Python 3.11 or later.
PYTHON = python3
PORT = 8000

run:
	@$(PYTHON) tools/run.py --port $(PORT)

test:
	@$(PYTHON) tools/test.py $(STRICT)

wheel:
	@$(PYTHON) tools/wheel.py

clean:
	rm -rf .venv var dist src/maillage/static/build assets/node_modules

.PHONY: run test wheel clean
