#!/bin/bash
# Chromium on every page and form, at 375 and 1280 pixels, light and dark, with
# and without scripts; axe-core; hostile articles. SHOTS may name a directory
# that keeps the screenshots.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$SCRATCH"
npm install --silent --no-save --no-audit --no-fund playwright-core@1 axe-core@4 >/dev/null
cp "$here"/browser.mjs "$here"/hostile.mjs .
node browser.mjs
