#!/usr/bin/env bash
# Move every image as one file to a machine that reaches no registry.
# usage: compose/airgap/bundle.sh save FILE | load FILE
set -euo pipefail
cd "$(dirname "$0")/../.."
file=${2:?usage: bundle.sh save|load FILE}

case $1 in
    save)
        # The tools, too: the first start there creates the secrets with them.
        mapfile -t images < <(docker compose --profile '*' config --images | sort -u)
        docker save "${images[@]}" | gzip --fast >"$file"
        (cd "$(dirname "$file")" && sha256sum "$(basename "$file")" >"$(basename "$file").sha256")
        echo "  · $file ($(du -h "$file" | cut -f1), ${#images[@]} images)"
        ;;
    load)
        (cd "$(dirname "$file")" && sha256sum --check --quiet "$(basename "$file").sha256")
        docker load --quiet --input "$file"
        ;;
    *) exit 2 ;;
esac
