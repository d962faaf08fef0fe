set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Dev builds for tests: unoptimised, because compiling is what they spend their time on.
set(CMAKE_CXX_FLAGS_DEV "" CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_DEV "" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "" FORCE)

find_program(WA_CCACHE ccache)
if(WA_CCACHE)
    # base_dir lets two clones of the tree share results.
    set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=time_macros ${WA_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()
find_program(WA_MOLD mold)
if(WA_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

set(WA_SANITIZE "" CACHE STRING "Sanitizers to build with, as for -fsanitize")
if(WA_SANITIZE)
    add_compile_options(-fsanitize=${WA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${WA_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        # clang 14 cannot assemble a coroutine whose function type is checked.
        add_compile_options(-fsanitize-ignorelist=${CMAKE_SOURCE_DIR}/cmake/sanitizer-ignore.txt -fno-sanitize=function)
    endif()
endif()

# What every translation unit of ours is compiled with; foreign headers come in as SYSTEM.
add_library(wa_flags INTERFACE)
target_include_directories(wa_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(wa_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(wa_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
    # Optimising, g++ 12 takes Asio's frame allocator, inlined on one side only, for a mismatch.
    target_compile_options(wa_flags INTERFACE $<$<CONFIG:Release>:-Wno-mismatched-new-delete>)
    if(WA_SANITIZE MATCHES "thread")
        target_compile_options(wa_flags INTERFACE -Wno-tsan)
    endif()
else()
    # g++ is the judge of warnings; clang only adds what g++ does not see: a dropped `co_await f();`.
    target_compile_options(wa_flags INTERFACE -Wno-everything -Werror=unused-result)
endif()
target_compile_definitions(wa_flags INTERFACE
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
    SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)
