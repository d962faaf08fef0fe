/// Upper-case characters and the way to their lower case.
#pragma once

#include <cstdint>
#include <span>

namespace bridge::store::detail {

/// Every `step`-th character from `first` to `last` has its lower case `distance` further.
struct CaseRun {
    char32_t first;
    char32_t last;
    std::uint8_t step;
    std::int32_t distance;
};

/// In ascending order, not overlapping.
std::span<const CaseRun> case_runs() noexcept;

}  // namespace bridge::store::detail
