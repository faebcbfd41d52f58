# Configures, builds and runs the project in tests/embed as a client would.
#
#   cmake -DWAY=find_package|add_subdirectory -DSOURCE=checkout -DBUILD=build folder of regproof
#         -DCOMPILER=c++ -DFLAGS=... -DTYPE=Debug -DGENERATOR=Ninja -P run.cmake
#
# find_package installs the build to a fresh prefix first and sees nothing but that prefix.

set(work ${BUILD}/embed/${WAY})
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(options -G ${GENERATOR} -DCMAKE_BUILD_TYPE=${TYPE} -DCMAKE_CXX_COMPILER=${COMPILER}
            -DCMAKE_CXX_FLAGS=${FLAGS} -DEMBED_WAY=${WAY})
if(WAY STREQUAL "find_package")
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${work}/prefix)
  list(APPEND options -DCMAKE_PREFIX_PATH=${work}/prefix)
else()
  list(APPEND options -DEMBED_SOURCE=${SOURCE})
endif()

run(${CMAKE_COMMAND} -S ${SOURCE}/tests/embed -B ${work}/build ${options})
run(${CMAKE_COMMAND} --build ${work}/build)
run(${work}/build/embed)
execute_process(COMMAND ${work}/build/twice OUTPUT_VARIABLE places COMMAND_ERROR_IS_FATAL ANY)
if(NOT places STREQUAL "p1i\np1i\n")
  message(FATAL_ERROR "the result is in place, in p1i, without a move; but twice says: ${places}")
endif()
