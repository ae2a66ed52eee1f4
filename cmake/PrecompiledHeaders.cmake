# What most files include, read once instead of for each of them: a third of a clean build's time.
#
# Three targets that only carry a precompiled header, reused by every target compiled with the same flags; a target
# whose files share big headers of ours has one of its own. The presets tsan and fuzz build without, so that a file which
# lacks an include does not go unseen.

# weir_precompile(TARGET headers…): <system> headers, or paths below src/.
function(weir_precompile target)
  if(WEIR_PCH)
    list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/src/ REGEX "^[a-z]")
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

function(weir_reuse_precompiled target from)
  if(WEIR_PCH)
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()

if(NOT WEIR_PCH)
  return()
endif()
# ccache compares the precompiled headers themselves; times and the macros they define need not match.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
                    "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")

set(WEIR_PCH_COMMON
  <algorithm> <array> <atomic> <charconv> <chrono> <cmath> <cstddef> <cstdint> <cstring> <deque> <filesystem> <functional>
  <map> <memory> <mutex> <optional> <random> <set> <span> <string> <string_view> <thread> <tuple> <unordered_map>
  <utility> <variant> <vector> <fmt/format.h> <tl/expected.hpp> <boost/json.hpp> <boost/unordered/unordered_flat_map.hpp>)
set(WEIR_PCH_TEST ${WEIR_PCH_COMMON} <gmock/gmock.h> <gtest/gtest.h>)

# weir_pch(NAME LINKS libraries… HEADERS headers… [OPTIONS flags…])
function(weir_pch name)
  cmake_parse_arguments(P "" "" "LINKS;HEADERS;OPTIONS" ${ARGN})
  set(source ${CMAKE_BINARY_DIR}/pch/${name}.cc)
  if(NOT EXISTS ${source})
    file(WRITE ${source} "")
  endif()
  add_library(${name} STATIC ${source})
  target_link_libraries(${name} PUBLIC fmt::fmt spdlog::spdlog tl::expected Boost::json Threads::Threads ${P_LINKS})
  target_compile_options(${name} PRIVATE ${P_OPTIONS})
  weir_precompile(${name} ${P_HEADERS})
endfunction()

weir_pch(weir_pch_common HEADERS ${WEIR_PCH_COMMON})
weir_pch(weir_pch_commands LINKS CLI11::CLI11 HEADERS ${WEIR_PCH_COMMON} <CLI/CLI.hpp> OPTIONS ${WEIR_COMMAND_OPTIMISATION})
if(WEIR_TESTS)
  weir_pch(weir_pch_test LINKS GTest::gmock GTest::gtest HEADERS ${WEIR_PCH_TEST}
           OPTIONS ${WEIR_TEST_OPTIMISATION})
endif()
