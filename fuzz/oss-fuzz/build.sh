#!/bin/bash -eu
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite expect: for each target its binary, its seeds as a zip
# file, a dictionary and options, in $OUT. The sources are in $SRC/ecs-invocations.
#
# fuzz/oss-fuzz/test runs it without these engines.

# Their image sets a nightly of its own, and wraps `cargo fuzz` for coverage.
export RUSTUP_TOOLCHAIN=${RUSTUP_TOOLCHAIN:-nightly}
cd "$SRC/ecs-invocations"
options=(--no-trace-compares)
[ "${SANITIZER:-address}" = coverage ] || options+=(--sanitizer "${SANITIZER:-address}")
cargo fuzz build "${options[@]}"
host=$(rustc -vV | sed -n 's/^host: //p')
for target in $(cargo fuzz list); do
    cp "fuzz/target/$host/release/$target" "$OUT/"
    cp fuzz/wire.dict "$OUT/$target.dict"
    printf '[libfuzzer]\nmax_len = 16384\ntimeout = 10\nrss_limit_mb = 2048\n' >"$OUT/$target.options"
    seeds=$(mktemp -d)
    for directory in "corpus/$target" corpus/documented corpus/regressions corpus/answers; do
        [ -d "$directory" ] || continue
        # The engine wants one flat directory.
        for file in "$directory"/*; do
            cp "$file" "$seeds/$(basename "$directory")-$(basename "$file")"
        done
    done
    rm -f "$OUT/${target}_seed_corpus.zip"
    (cd "$seeds" && python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" .)
    rm -r "$seeds"
done
