#include "tests/simulator/demo.hpp"

#include <algorithm>

namespace simulator {

namespace crypto = common::crypto;

namespace {
constexpr auto tick = std::chrono::milliseconds{500};
std::chrono::milliseconds between(std::uint64_t least, std::uint64_t most) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(least + crypto::random_below(most - least))};
}
}  // namespace

std::vector<Demo::Person> Demo::cast() {
    std::vector<Person> people;
    people.push_back(
        {"4915550002001",
         "Mara Feldmann",
         {"Guten Morgen! Bist du schon unterwegs?",
          "Der Zug nach Leipzig hat wieder zwölf Minuten Verspätung.",
          "Ich habe den Entwurf gelesen, Seite 4 gefällt mir am besten.",
          "Kannst du bis heute Abend die Zahlen schicken?",
          "Übrigens: das Café am Markt hat wieder offen ☕",
          "Bringst du morgen den Schlüssel mit?"},
         {"Alles klar, danke dir!", "Perfekt, so machen wir es.", "Hm, da muss ich kurz nachsehen.", "Super 👍"}}
    );
    people.push_back(
        {"34655500003",
         "Lucía Ortega",
         {"¿Quedamos el sábado para la excursión?",
          "He reservado mesa para cuatro a las nueve.",
          "Mira qué sol hace hoy en Valencia ☀️",
          "El taller dice que la bici estará lista el jueves.",
          "¿Te acuerdas del nombre de aquel libro?",
          "Mamá pregunta si vienes a comer el domingo."},
         {"¡Genial!", "Vale, te aviso luego.", "Jajaja, ya veremos.", "Un abrazo 🤗"}}
    );
    people.push_back(
        {"12125550104",
         "Noah Whitfield",
         {"Morning! The build finished overnight, all green.",
          "I moved our review to 3 pm, hope that works.",
          "Did the customer say anything about the invoice?",
          "The new microphone arrived, the sound is so much better.",
          "Reminder: standup is on the roof today.",
          "Found the bug: it was the time zone, of course."},
         {"Sounds good to me.", "On it.", "Let me check and get back to you.", "Ha, exactly."}}
    );
    people.push_back(
        {"8613855500005",
         "林小雨",
         {"早上好,今天下午有空吗?",
          "我把照片放在共享文件夹里了。",
          "图书馆明天关门,我们换个地方吧。",
          "火车票已经买好了,八点十分出发。",
          "这家面馆的牛肉面真不错。",
          "别忘了带雨伞。"},
         {"好的,没问题。", "明白了,谢谢!", "我看一下再告诉你。", "哈哈,太好了。"}}
    );
    return people;
}

Demo::Demo(common::asio::any_io_executor, Server& server, const common::Clock& clock)
    : server_{server}, clock_{clock}, people_{cast()} {
    server_.add_account(owner_phone, "Robin Hale");
    for (Person& person : people_) {
        const Account& account = server_.add_account(person.phone, person.name);
        server_.phone_of(account).set_on_message([this, phone = person.phone](const PhoneMessage& message) {
            if (message.from == owner_phone)
                pending_.push_back({phone, message.id, clock_.now_ms() + between(1500, 4000)});
        });
    }
}

void Demo::say(Person& person, const std::string& text) {
    const Account* account = server_.registry().find(person.phone);
    Account* owner = server_.registry().find(owner_phone);
    if (auto sent = server_.phone_of(*account).send_text(*owner, text, ""); !sent) return;
}

void Demo::answer_due() {
    while (!pending_.empty() && pending_.front().at <= clock_.now_ms()) {
        const Pending due = std::move(pending_.front());
        pending_.pop_front();
        const auto person = std::ranges::find(people_, due.phone, &Person::phone);
        const Account* account = server_.registry().find(due.phone);
        const Account* owner = server_.registry().find(owner_phone);
        server_.phone_of(*account).read(owner->jid(Space::lid), nullptr, {due.message_id}, "read");
        const std::string text = person->answers[person->next_answer++ % person->answers.size()];
        say(*person, text);
    }
}

common::asio::awaitable<void> Demo::run() {
    auto next_line = clock_.now_ms();
    std::size_t turn = 0;
    while (co_await common::sleep_for(tick)) {
        answer_due();
        const Account* owner = server_.registry().find(owner_phone);
        if (owner->devices.size() < 2 || clock_.now_ms() < next_line) continue;
        Person& person = people_[turn++ % people_.size()];
        say(person, person.lines[person.next_line++ % person.lines.size()]);
        next_line = clock_.now_ms() + between(2000, 6000);
    }
}

}  // namespace simulator
