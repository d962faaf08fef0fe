#include "bridge/store/detail/contact_book.hpp"

#include "bridge/store/detail/text.hpp"

#include <algorithm>

namespace bridge::store::detail {
namespace {

/// Between the parts of a key: no query reaches over it, as no name or number has it.
constexpr char divider = '\x1F';

}  // namespace

Result<std::shared_ptr<const ContactBook::Page>> ContactBook::read(
    common::sqlite::Database& database, std::uint64_t version
) {
    struct Entry {
        std::string name;  ///< folded
        contract::Contact contact;
    };
    std::vector<Entry> entries;
    const auto rows = database.prepare(
        "SELECT coalesce(jid, lid), coalesce(lid, ''), name, user FROM person "
        "WHERE jid IS NULL OR jid LIKE '%@s.whatsapp.net'"
    );
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error().within("read contacts");
        if (!*row) break;
        Entry entry{fold(rows->text(2)), {}};
        entry.contact.phone_number = rows->string(3);
        entry.contact.jid = rows->string(0);
        if (!rows->text(2).empty()) entry.contact.name = rows->string(2);
        if (!rows->text(1).empty()) entry.contact.lid = rows->string(1);
        entries.push_back(std::move(entry));
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        if (a.name.empty() != b.name.empty()) return b.name.empty();
        return a.name != b.name ? a.name < b.name : a.contact.jid < b.contact.jid;
    });
    auto page = std::make_shared<Page>();
    page->version = version;
    for (Entry& entry : entries) {
        page->starts.push_back(page->keys.size());
        page->keys += entry.name;
        page->keys += divider;
        page->keys += entry.contact.phone_number;
        page->keys += divider;
        page->keys += user_part(entry.contact.lid ? *entry.contact.lid : std::string{});
        page->keys += divider;
        page->contacts.push_back(std::move(entry.contact));
    }
    return std::shared_ptr<const Page>{std::move(page)};
}

Result<std::shared_ptr<const ContactBook::Page>> ContactBook::current(common::sqlite::Database& database) {
    const std::lock_guard lock{mutex_};
    const std::uint64_t version = changes_.load(std::memory_order_acquire);
    if (page_ && page_->version == version) return page_;
    auto page = read(database, version);
    if (page) page_ = *page;
    return page;
}

Result<std::vector<contract::Contact>> ContactBook::find(
    common::sqlite::Database& database, const std::string& query, int limit
) {
    const auto page = current(database);
    if (!page) return page.error();
    const auto& [version, contacts, keys, starts] = **page;
    const std::size_t most = limit > 0 ? static_cast<std::size_t>(limit) : contacts.size();
    const std::string wanted = fold(clean(query));
    std::vector<contract::Contact> found;
    std::size_t from = 0;
    while (found.size() < most && from < keys.size()) {
        const std::size_t hit = keys.find(wanted, from);
        if (hit == std::string::npos) break;
        const auto next = std::upper_bound(starts.begin(), starts.end(), hit);
        found.push_back(contacts[static_cast<std::size_t>(next - starts.begin()) - 1]);
        from = next == starts.end() ? keys.size() : *next;
    }
    return found;
}

}  // namespace bridge::store::detail
