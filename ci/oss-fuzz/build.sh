#!/bin/bash -eu
# Copyright 2026 the Regproof authors
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
# See the License for the specific language governing permissions and
# limitations under the License.
#
################################################################################
# Builds the fuzz targets with the compiler, the flags and the engine that the environment names (CC,
# CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE), out of $SRC/regproof by way of $WORK, and leaves in $OUT
#
#   TARGET                    its program
#   TARGET_seed_corpus.zip    the committed inputs of the folders named beside the target
#   TARGET.options            limits, and the dictionary where the target has one
#   NAME.dict                 dictionaries
#
# Fuzzing services run it in their image; ci/oss-fuzz/check runs it the same way without one.

cmake -S "$SRC/regproof" -B "$WORK/build" -G Ninja \
  -DCMAKE_BUILD_TYPE=None \
  -DREGPROOF_ENGINE=external \
  -DREGPROOF_CHECKED=ON \
  -DREGPROOF_FUZZ_TARGETS_ONLY=ON

targets=$(cut -d ' ' -f 1 "$WORK/build/fuzz_targets.txt")
cmake --build "$WORK/build" --target $(printf 'fuzz_%s ' $targets)

dictionaries=$SRC/regproof/fuzz_targets/dictionaries
cp "$dictionaries"/*.dict "$OUT"
while read -r target folders; do
  cp "$WORK/build/bin/fuzz_$target" "$OUT/$target"
  {
    cat "$dictionaries/default.options"
    # The format that the target reads, in dictionaries/targets.txt.
    sed -n "s/^$target \(.*\)/dict = \1.dict/p" "$dictionaries/targets.txt"
  } >"$OUT/$target.options"
  python3 "$SRC/regproof/ci/oss-fuzz/seed_corpus.py" "$SRC/regproof/corpus" \
    "$OUT/${target}_seed_corpus.zip" "$target" $folders
done <"$WORK/build/fuzz_targets.txt"
