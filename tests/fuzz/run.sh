#!/bin/sh
# Fuzzes every target, or those named: tests/fuzz/run.sh SECONDS [TARGET...]. Fails if one crashes.
set -eu
seconds=$1
shift
[ $# -gt 0 ] || set -- delivery normalizer setup_request azure_devops_responses stored
here=$(cd "$(dirname "$0")" && pwd)
built=$here/../../target/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
# The coverage that `cargo fuzz --sanitizer none` asks for; unlike a sanitizer, a stable compiler has it.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions"
# With a target platform named, build scripts, which could not be linked with it, are built without the coverage.
cargo build --release --locked --target "$host" --target-dir "$built" --manifest-path "$here/libfuzzer/Cargo.toml"
mkdir -p "$built/crashes"
failed=0
for target in "$@"; do
  echo "$target for $seconds s"
  inputs=$(mktemp -d)
  cp "$here/corpus/$target/"* "$inputs"
  # An input that takes longer, or more memory, is a finding too.
  "$built/$host/release/$target" "$inputs" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
    -dict="$here/libfuzzer/words.dict" -artifact_prefix="$built/crashes/$target-" -print_final_stats=1 -verbosity=0 ||
    { failed=1; echo "$target failed; see the crash again: $built/$host/release/$target $built/crashes/$target-…"; }
  rm -r "$inputs"
done
exit $failed
