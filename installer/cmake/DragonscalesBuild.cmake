# SPDX-License-Identifier: LGPL-3.0-or-later
# How every target of this tree is compiled, and the three shapes a target can have:
#   dragonscales_add_module(NAME SOURCES … LINK …)   static library dragonscales_NAME of one folder
#   dragonscales_add_program(NAME SOURCES … LINK …)  installed executable in <build>/bin
#   dragonscales_add_test(tst_NAME LABEL unit|contract|e2e|gui|bench LINK … [SOURCES …] [TIMEOUT s])

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_AUTOMOC ON)
set(CMAKE_AUTORCC ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(DRAGONSCALES_PLUGIN_OUTPUT_DIR "${CMAKE_BINARY_DIR}/bin/plugins")
set(DRAGONSCALES_INSTALL_PYTHONDIR "${CMAKE_INSTALL_DATADIR}/dragonscales/python")
set(DRAGONSCALES_INSTALL_PLUGINDIR "${CMAKE_INSTALL_LIBDIR}/dragonscales/plugins")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  # False alarms on std::optional and tl::expected, once they are inlined.
  add_compile_options(-Wno-maybe-uninitialized)
endif()
add_compile_definitions(QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII
                        QT_NO_URL_CAST_FROM_STRING QT_STRICT_ITERATORS
                        QT_DISABLE_DEPRECATED_BEFORE=0x060400
                        DRAGONSCALES_VERSION="${PROJECT_VERSION}")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
  # ccache asks for the first; programs share the libraries' headers only if they are compiled like these.
  add_compile_options(-fpch-preprocess -fPIC)
endif()
if(DRAGONSCALES_SANITIZE)
  add_compile_options(-fsanitize=${DRAGONSCALES_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DRAGONSCALES_SANITIZE})
endif()

# What nearly every source includes is parsed once for all targets, which halves the time of a build.
# After find_package(Qt6). tests/lint.sh does without, and so shows what a source forgot to include itself.
function(dragonscales_add_precompiled_headers)
  file(CONFIGURE OUTPUT precompiled.cpp CONTENT "")
  add_library(dragonscales_precompiled OBJECT "${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp")
  set_target_properties(dragonscales_precompiled PROPERTIES AUTOMOC OFF)
  target_link_libraries(dragonscales_precompiled PRIVATE Qt6::Core tl::expected)
  target_precompile_headers(dragonscales_precompiled PRIVATE <QtCore> <tl/expected.hpp>)
endfunction()

function(dragonscales_precompile target)
  target_precompile_headers(${target} REUSE_FROM dragonscales_precompiled)
endfunction()

function(dragonscales_add_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(dragonscales_${name} STATIC ${ARG_SOURCES})
  add_library(dragonscales::${name} ALIAS dragonscales_${name})
  target_include_directories(dragonscales_${name} PUBLIC "${CMAKE_SOURCE_DIR}/service" "${CMAKE_SOURCE_DIR}")
  target_link_libraries(dragonscales_${name} PUBLIC Qt6::Core tl::expected ${ARG_LINK})
  dragonscales_precompile(dragonscales_${name})
endfunction()

function(dragonscales_add_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  dragonscales_precompile(${name})
  install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endfunction()

function(dragonscales_add_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_SOURCES)
    set(ARG_SOURCES ${name}.cpp)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PRIVATE
    DRAGONSCALES_SOURCE_DIR="${CMAKE_SOURCE_DIR}" DRAGONSCALES_BUILD_DIR="${CMAKE_BINARY_DIR}"
    DRAGONSCALES_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
  target_link_libraries(${name} PRIVATE Qt6::Test ${ARG_LINK})
  dragonscales_precompile(${name})
  if(ARG_LABEL STREQUAL "e2e")
    add_dependencies(dragonscales_smoke ${name})
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;ASAN_OPTIONS=detect_leaks=0:abort_on_error=1;UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1")
endfunction()
