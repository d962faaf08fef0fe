/// People and chats as the writer knows them: rows in memory, found by either form of their address, created on first
/// sight, merged when two forms turn out to be one person. Belongs to the writer thread.
#pragma once

#include "bridge/store/detail/journal.hpp"
#include "bridge/store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace bridge::store::detail {

struct Person {
    std::int64_t id{0};
    std::string jid;   ///< phone number form, or an address that is not a person's; may be empty
    std::string lid;   ///< may be empty
    std::string name;  ///< best known; may be empty
    std::string push_name;

    const std::string& address() const noexcept { return jid.empty() ? lid : jid; }
};

struct ChatRow {
    std::int64_t id{0};
    std::string jid;
    std::string lid;
    std::optional<std::int64_t> person;
    bool is_group{false};
    std::optional<std::string> name;
    std::optional<std::int64_t> last_time;
    std::int64_t last_pk{0};
    std::string last_text;
    std::int64_t last_sender{0};
    bool last_from_me{false};
    std::int64_t unread{0};
    bool archived{false};
    bool pinned{false};
    std::optional<std::int64_t> muted_until;
    bool changed{false};  ///< last message or unread count differ from the database: `flush` writes them
};

contract::Contact contact_of(const Person& person);

class Directory {
public:
    /// Both outlive this.
    Directory(common::sqlite::Database& database, Journal& journal) : database_{database}, journal_{journal} {}

    /// Makes the person known and learns what `party` says about them. May merge rows: rows found before are void.
    common::Status settle(const Party& party);
    /// Null when unknown. Rows live until the next `settle`, `learn`, `trim` or `forget`.
    common::Result<Person*> find_person(const Party& party);
    common::Result<Person*> find_person(std::int64_t id);
    common::Result<ChatRow*> find_chat(const Party& party);
    /// The chat, created when needed (`created` says so); its person must be settled.
    common::Result<ChatRow*> open_chat(const Party& party, bool is_group, bool& created);

    common::Status learn(const Party& both);
    /// `rank` of the source as in status.hpp. Raises `contact` and `chat` where what is shown changed.
    common::Status learn_name(Person& person, int rank, const std::string& name);
    common::Status rename_chat(ChatRow& chat, const std::string& name);

    /// `chat`'s last message or unread count was changed.
    void touch(ChatRow& chat);
    common::Status note_participant(std::int64_t person, std::int64_t chat);
    common::Status raise_chat(const ChatRow& chat);

    /// Whether people were added, named or merged since the last call.
    bool take_people_changed() noexcept { return std::exchange(people_changed_, false); }

    /// Whether two chats became one since the last call.
    bool take_chats_merged() noexcept { return std::exchange(chats_merged_, false); }

    /// Writes changed chats; before the commit.
    common::Status flush();
    /// After a rollback: what is in memory is not true.
    void forget();
    /// Between transactions: keeps the memory bounded.
    void trim();

private:
    template <class Key>
    common::Result<Person*> load_person(std::string_view sql, const Key& key);
    Person* keep(Person person);
    ChatRow* keep(ChatRow chat);
    common::Result<Person*> person_by(std::string_view address);
    common::Result<ChatRow*> load_chat(std::string_view sql, std::string_view address);
    common::Result<ChatRow*> chat_by(std::string_view address);
    common::Result<Person*> add_person(const Party& party);
    common::Status readdress(std::int64_t person, const std::string& jid, const std::string& lid);
    common::Status readdress_chat(std::int64_t chat, const std::string& jid, const std::string& lid);
    common::Status merge_people(std::int64_t kept, std::int64_t gone);
    common::Status merge_chats(std::int64_t kept, std::int64_t gone);
    common::Status drop_doubles(std::int64_t kept, std::int64_t gone);
    common::Status drop_double(std::int64_t kept, std::int64_t gone);
    common::Status show_best_name(std::int64_t person);
    common::Result<std::string> name_of(std::int64_t person);
    common::Status raise_person(const std::string& address);
    common::Result<std::int64_t> chat_of(std::int64_t person);

    common::sqlite::Database& database_;
    Journal& journal_;
    std::unordered_map<std::int64_t, Person> people_;
    std::unordered_map<std::string, std::int64_t> people_by_address_;
    std::unordered_map<std::int64_t, ChatRow> chats_;
    std::unordered_map<std::string, std::int64_t> chats_by_address_;
    std::vector<std::int64_t> changed_;
    std::unordered_set<std::uint64_t> participants_;
    bool people_changed_{false};
    bool chats_merged_{false};
};

}  // namespace bridge::store::detail
