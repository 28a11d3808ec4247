#!/usr/bin/env bash
# Shows, plans, compacts and reads back a table of real RFiles, in a temporary directory.
# usage: docs/demo.sh PATH-OF-ACTOOL
set -euo pipefail

actool=$(realpath "${1:-.build/release/actool}")
fixtures=$(realpath "$(dirname "$0")/../Fixtures/accumulo/rfiles")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

say() { printf '\n# %s\n' "$*"; }
run() {
  printf '$ %s\n' "$*"
  PATH="$(dirname "$actool"):$PATH" bash -o pipefail -c "$*"
}

# Four files of one tablet. They share cells; versions and delete markers are spread over them.
tablet=tables/2/default_tablet
mkdir -p "$tablet"
for file in A B C D; do
  cp "$fixtures/fam_del/$file.rf" "$tablet/F000000$file.rf"
done
chmod u+w "$tablet"/*.rf
echo 'table.file.compress.type=zstd' > tables/2/table.properties

say 'A tablet with four files, as Accumulo wrote them'
run 'ls tables/2/default_tablet'
run 'actool info --format text tables/2/default_tablet/F000000A.rf'

say 'How many entries the files hold, and how many of them a scan sees: only the newest versions, without deleted entries'
run 'actool scan --raw --format hex tables/2 | wc -l'
run 'actool scan --format hex tables/2 | wc -l'
"$actool" scan --format hex tables/2 > before

say 'What a user compaction would do'
run 'actool plan --kind user tables/2'

say 'Plan it and run it'
run 'actool plan --kind user tables/2 | actool compact'

say 'One file is left, and it holds only what a scan sees'
run 'ls tables/2/default_tablet'
run 'actool info --check --format text tables/2/default_tablet/*.rf'
run 'actool scan --raw --format hex tables/2 | wc -l'
run 'actool scan --format text tables/2 | head -3'

"$actool" scan --format hex tables/2 > after
cmp before after
say 'A scan of the table gives the same bytes before and after.'

say 'A table that a real cluster exported: its archive and its files'
cp -r "$fixtures/../export" exported
run 'ls exported'
run 'actool tablets exported | head -1'

say 'Compact it into a new directory for importtable, with another codec, and compare'
run 'actool compact --export exported --into compacted -p table.file.compress.type=zstd > results.json'
run 'ls compacted'
run 'actool diff exported compacted'
run 'actool tablets --check-export compacted'
say 'Accumulo would import it.'
