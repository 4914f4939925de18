#!/bin/bash -eu
exec "$SRC/ecs-invocations/fuzz/oss-fuzz/build.sh"
