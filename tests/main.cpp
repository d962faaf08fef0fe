// Catch2's main, compiled once: it costs half a minute.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
