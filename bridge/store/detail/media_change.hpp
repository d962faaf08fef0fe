/// What happens to the local copies of files.
#pragma once

#include "bridge/store/detail/directory.hpp"
#include "bridge/store/detail/journal.hpp"

namespace bridge::store::detail {

common::Status update_media(
    common::sqlite::Database& database, Directory& directory, Journal& journal, const UpdateMedia& change
);
common::Status forget_files(common::sqlite::Database& database, const ForgetFiles& change);

}  // namespace bridge::store::detail
