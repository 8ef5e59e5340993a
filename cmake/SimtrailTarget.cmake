# What every target shares: the language, the warnings, the sanitizers, and an include path
# that holds only the folders a target may see.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
find_program(CCACHE ccache)
if(CCACHE)
    # Sloppy about what precompiled headers cannot tell: without it nothing that uses one is found again.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_library(simtrail_options INTERFACE)
# -ffp-contract=off: the same positions on every machine and with every compiler (DESIGN: "same bytes everywhere").
target_compile_options(simtrail_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -ffp-contract=off
    -Wno-missing-field-initializers  # designated initializers leave the rest to the members' defaults
    $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>  # in clang's -Wconversion and not in g++'s: one standard for both
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # false alarms on string + string (GCC bug 105651)
    # What is no fault between files compiled together; debug builds and clang-tidy look file by file.
    $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-shadow>
    # g++ 12's false alarms within the standard library, of which it keeps most to itself where less is compiled at once
    $<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-maybe-uninitialized>)
# Sanitized builds: -O1 and line tables alone compile twice as fast as -O2 -g, and reports still name their lines. No
# NDEBUG: assertions hold everywhere but in release. (simdjson's own checks follow __OPTIMIZE__, and are off as in release.)
set(CMAKE_CXX_FLAGS_SANITIZED "-O1 -gline-tables-only -fno-omit-frame-pointer")
# So that ccache finds what was compiled with a precompiled header of the same contents.
target_compile_options(simtrail_options INTERFACE "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
target_compile_definitions(simtrail_options INTERFACE $<$<NOT:$<CONFIG:Release>>:_GLIBCXX_ASSERTIONS>)
if(SIMTRAIL_SANITIZE)
    target_compile_options(simtrail_options INTERFACE -fsanitize=${SIMTRAIL_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(simtrail_options INTERFACE -fsanitize=${SIMTRAIL_SANITIZE})
endif()

# simtrail_folder(NAME SOURCES... [USES FOLDER...]): the static library of one top-level folder. Sources write
# #include "engine/cells/cell_table.hpp"; the include root of a folder holds a link to that folder alone, so a
# folder can include itself and what it USES, and nothing else (scripts/check-arrows proves it).
function(simtrail_folder name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LINKS")
    set(root ${CMAKE_BINARY_DIR}/include-roots/${name})
    file(MAKE_DIRECTORY ${root})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${name} ${root}/${name} SYMBOLIC)
    add_library(simtrail_${name} STATIC ${arg_SOURCES})
    target_include_directories(simtrail_${name} PUBLIC ${root})
    target_link_libraries(simtrail_${name} PUBLIC simtrail_options ${arg_LINKS})
    foreach(used IN LISTS arg_USES)
        target_link_libraries(simtrail_${name} PUBLIC simtrail_${used})
    endforeach()
    simtrail_plant_bugs(${name} ${arg_SOURCES})
    simtrail_check_headers(simtrail_${name} ${name})
endfunction()

# Where fuzzers are built: the folder's library has the counters that they find their way by, and the sources that have a
# bug to plant are compiled once more with it, for fuzzers that must find it (simtrail_NAME_planted). A source alone in its
# archive member stays out of what is linked where its planted object stands in for it; hence no unity build of these.
function(simtrail_plant_bugs name)
    set(planted)
    foreach(source IN LISTS ARGN)
        file(STRINGS ${source} mention REGEX SIMTRAIL_PLANTED_BUGS LIMIT_COUNT 1)
        if(mention)
            list(APPEND planted ${source})
        endif()
    endforeach()
    set_source_files_properties(${planted} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    if(SIMTRAIL_FUZZ)
        # Sections: a fuzzer is linked without the functions that it does not call. libFuzzer looks at each counter after
        # each execution.
        set(fuzzed -fsanitize=fuzzer-no-link -ffunction-sections
            -fsanitize-coverage-ignorelist=${CMAKE_SOURCE_DIR}/cmake/fuzz-uncounted.txt)
        target_compile_options(simtrail_${name} PRIVATE ${fuzzed})
        if(planted)
            add_library(simtrail_${name}_planted OBJECT EXCLUDE_FROM_ALL ${planted})
            target_link_libraries(simtrail_${name}_planted PRIVATE simtrail_${name})
            target_compile_options(simtrail_${name}_planted PRIVATE ${fuzzed})
            target_compile_definitions(simtrail_${name}_planted PRIVATE SIMTRAIL_PLANTED_BUGS)
            set_property(GLOBAL APPEND PROPERTY SIMTRAIL_PLANTED simtrail_${name}_planted)
        endif()
    endif()
endfunction()

# Every header compiles alone: one source file per header, in an object library that only tests build.
function(simtrail_check_headers target folder)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/${folder}/*.hpp)
    set(checks)
    foreach(header IN LISTS headers)
        string(MAKE_C_IDENTIFIER ${header} identifier)
        set(check ${CMAKE_BINARY_DIR}/header-checks/${identifier}.cpp)
        file(CONFIGURE OUTPUT ${check} CONTENT "#include \"${header}\"  // IWYU pragma: keep\n")
        list(APPEND checks ${check})
    endforeach()
    if(checks)
        add_library(${target}_headers OBJECT EXCLUDE_FROM_ALL ${checks})
        target_link_libraries(${target}_headers PRIVATE ${target})
        set_target_properties(${target}_headers PROPERTIES UNITY_BUILD OFF)  # alone
        target_compile_options(${target}_headers PRIVATE -O0)  # nobody runs them
        set_property(GLOBAL APPEND PROPERTY SIMTRAIL_HEADER_CHECKS ${target}_headers)
    endif()
endfunction()
