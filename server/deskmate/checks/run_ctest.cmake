# Configures and builds a project beside its sources, and runs its tests, where it comes so far.

set(build .deskmate-build)
execute_process(
  COMMAND ${CMAKE_COMMAND} -Wno-dev -DCMAKE_BUILD_TYPE=Debug -S . -B ${build}
  OUTPUT_QUIET
  RESULT_VARIABLE wrong)
if(NOT wrong)
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${build} --parallel 2 RESULT_VARIABLE wrong)
endif()
if(NOT wrong)
  execute_process(
    COMMAND ${CMAKE_CTEST_COMMAND} --output-on-failure
    WORKING_DIRECTORY ${build}
    RESULT_VARIABLE wrong)
endif()
if(wrong)
  message(FATAL_ERROR "${wrong}")
endif()
