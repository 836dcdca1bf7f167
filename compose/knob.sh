# shellcheck shell=bash
# To be sourced. knob NAME [DEFAULT]: a setting as the stacks see it, from the environment, else from .env.
knob() {
    local value=${!1:-} file
    file=$(dirname "${BASH_SOURCE[0]}")/../.env
    if [ -z "$value" ] && [ -f "$file" ]; then value=$(sed -n "s/^$1=//p" "$file" | tail -n 1); fi
    echo "${value:-${2:-}}"
}
