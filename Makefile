# One line per target: everything else is in lab/ (python3 -m lab --help).
PYTHON ?= python3
LAB = $(PYTHON) -m lab

# What a caller gives as `make up WORKERS=4` reaches lab as environment.
export ODOO_SRC WORKERS ODOO_PORT FRESH WA_MODES WA_LAB_CACHE WA_LAB_DIR SUITES

.DEFAULT_GOAL := help
.PHONY: help demo test scenarios breaks bench bench-migration explain up down purge status logs lint

help: ## estas líneas
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' Makefile

demo: ## levanta el laboratorio y corre las cinco pruebas del plan, en vivo
	@$(LAB) demo

test: ## todas las pruebas que no necesitan Docker
	@$(LAB) test

scenarios: ## todos los escenarios de tests/features (ARGS="-k …", WA_MODES=direct: sin segundo plano)
	@$(LAB) scenarios $(ARGS)

breaks: ## rompe el módulo a propósito: cada prueba debe verlo (ARGS="A7")
	@$(LAB) breaks $(ARGS)

bench: ## mide el puente y la OCA sola, lado a lado (ARGS="--rounds 5")
	@$(LAB) bench $(ARGS)

bench-migration: ## rapidez de la migración (ROWS=1000000, GENERATION=1|2|mixed)
	@$(LAB) bench-migration --rows $(or $(ROWS),100000) --generation $(or $(GENERATION),1)

explain: ## planes de las búsquedas en una base de 100.000 conversaciones (ARGS="inbox")
	@$(LAB) explain $(ARGS)

up: ## levanta el laboratorio (WORKERS=4, ODOO_SRC=/ruta, ODOO_PORT=8069)
	@$(LAB) up

down: ## lo detiene; los datos quedan
	@$(LAB) down

purge: ## lo detiene y borra sus datos
	@$(LAB) down --purge

status: ## qué está corriendo, dónde, con qué usuarios
	@$(LAB) status

logs: ## bitácoras (ARGS="simulator -f")
	@$(LAB) logs $(ARGS)

lint: ## formato, reglas y tipos
	@$(LAB) lint
