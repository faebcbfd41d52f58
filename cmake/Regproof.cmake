# What every target of the house has in common.

include(GNUInstallDirs)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# regproof_settings(TARGET): language, warnings, sanitizers, include root.
#
# What changes the meaning of a header (REGPROOF_CHECKED) or demands a runtime library (sanitizers,
# engine) is public, so that whoever links an installed library links what it needs.
function(regproof_settings target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow)
  # At -O3, g++ 12 warns of `"text" + std::to_string(n)`: its fault 105651.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(REGPROOF_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/regproof>)
  if(REGPROOF_CHECKED)
    target_compile_definitions(${target} PUBLIC REGPROOF_CHECKED)
  endif()
  set(compile_flags)
  set(link_flags)
  if(REGPROOF_SANITIZERS)
    list(APPEND compile_flags -fsanitize=${REGPROOF_SANITIZERS} -fno-omit-frame-pointer)
    list(APPEND link_flags -fsanitize=${REGPROOF_SANITIZERS})
    if(REGPROOF_SANITIZERS MATCHES undefined)
      list(APPEND compile_flags -fno-sanitize-recover=undefined)
    endif()
  endif()
  if(REGPROOF_ENGINE STREQUAL "libfuzzer")
    list(APPEND compile_flags -fsanitize=fuzzer-no-link)
    list(APPEND link_flags -fsanitize=fuzzer-no-link)
  endif()
  target_compile_options(${target} PRIVATE ${compile_flags})
  target_link_options(${target} PUBLIC ${link_flags})
endfunction()

# regproof_library(NAME sources...): the static library regproof_NAME, known as regproof::NAME.
function(regproof_library name)
  add_library(regproof_${name} STATIC ${ARGN})
  add_library(regproof::${name} ALIAS regproof_${name})
  set_target_properties(regproof_${name} PROPERTIES EXPORT_NAME ${name})
  regproof_settings(regproof_${name})
endfunction()

# regproof_count_blocks(TARGET): where REGPROOF_COUNT_BLOCKS is on, each basic block of the library calls
# base/count_blocks.cpp. g++ and clang know the flag.
function(regproof_count_blocks target)
  if(REGPROOF_COUNT_BLOCKS)
    target_compile_options(${target} PRIVATE -fsanitize-coverage=trace-pc)
  endif()
endfunction()
