"""The checks themselves: what they let through and what they catch."""

import tempfile
import unittest

import format as formatting
import house_rules
import layers

ROOMS = layers.read_rooms("""
common/result=
common/bytes=common/result
common/http=common/bytes
common/result
bridge/whatsapp/jid=common/result
bridge/whatsapp/transport=bridge/whatsapp/jid
common/http
bridge/store=common/result
gateway/rest=common/http
""")


def problems_of(path, text):
    return list(layers.check_file(path, text, ROOMS))


class Layers(unittest.TestCase):
    def test_rooms_are_read_with_all_their_uses(self):
        self.assertEqual(ROOMS["common/result"], set())
        self.assertEqual(ROOMS["common/http"], {"common/bytes", "common/result"})

    def test_a_program_and_its_library_are_one_room(self):
        rooms = layers.read_rooms("bridge/app=common/log\ncommon/log=\nbridge/app=bridge/app\ncommon/config")
        self.assertEqual(rooms["bridge/app"], {"common/log", "common/config"})

    def test_the_sample_tree_is_clean(self):
        self.assertEqual(list(layers.check_declarations(ROOMS)), [])
        self.assertEqual(layers.find_cycle(ROOMS), [])

    def test_includes_of_the_own_room_and_of_used_rooms_pass(self):
        text = '#include "common/bytes/bytes.hpp"\n#include "common/result/result.hpp"\n#include <string>\n'
        self.assertEqual(problems_of("common/bytes/bytes.cpp", text), [])

    def test_a_use_of_a_use_is_not_a_use(self):
        self.assertEqual(len(problems_of("gateway/rest/rest.cpp", '#include "common/result/result.hpp"\n')), 1)

    def test_private_parts_are_private(self):
        self.assertEqual(problems_of("common/http/a.cpp", '#include "common/http/detail/a.hpp"\n'), [])
        self.assertEqual(len(problems_of("gateway/rest/a.cpp", '#include "common/http/detail/a.hpp"\n')), 1)

    def test_relative_includes_are_refused(self):
        self.assertEqual(len(problems_of("common/bytes/bytes.cpp", '#include "bytes.hpp"\n')), 1)

    def test_foreign_libraries_stay_in_their_rooms(self):
        self.assertEqual(len(problems_of("bridge/store/store.cpp", "#include <sqlite3.h>\n")), 1)
        self.assertEqual(len(problems_of("bridge/store/store.cpp", "#  include <openssl/evp.h>\n")), 1)
        self.assertEqual(len(problems_of("bridge/store/store.cpp", "#include <regex>\n")), 1)
        self.assertEqual(problems_of("common/http/http.cpp", "#include <boost/beast/http/parser.hpp>\n"), [])
        self.assertEqual(len(problems_of("common/http/http.hpp", "#include <boost/beast/http/parser.hpp>\n")), 1)

    def test_layers_hold_whatever_is_declared(self):
        rooms = {"gateway/rest": {"bridge/store"}, "bridge/store": set()}
        self.assertEqual(len(list(layers.check_declarations(rooms))), 1)
        rooms = {"bridge/whatsapp/jid": {"bridge/store"}, "bridge/store": set()}
        self.assertEqual(len(list(layers.check_declarations(rooms))), 1)
        self.assertEqual(len(list(layers.check_declarations({"common/bytes": {"common/typo"}}))), 1)

    def test_circles_are_found(self):
        rooms = {"a": {"b"}, "b": {"c"}, "c": {"b"}}
        self.assertEqual(layers.find_cycle(rooms), ["b", "c", "b"])


class HouseRules(unittest.TestCase):
    def count(self, path, text):
        return len(list(house_rules.check_text(path, text)))

    def test_ordinary_text_passes(self):
        self.assertEqual(self.count("common/a.cpp", "// see https://example.org/home/page and ./work/x\nint a;\n"), 0)

    def test_registries_and_home_folders_are_caught(self):
        for host in house_rules.REGISTRIES:
            self.assertEqual(self.count("README.md", f"get it from {host}org"), 1)
        self.assertEqual(self.count("README.md", "cd /" + "home/me/project"), 1)
        self.assertEqual(self.count("a.json", '{"path":"/' + 'root/x"}'), 1)

    def test_long_sources_are_caught_long_documents_not(self):
        self.assertEqual(self.count("common/a.cpp", "\n" * 401), 1)
        self.assertEqual(self.count("common/a.cpp", "\n" * 400), 0)
        self.assertEqual(self.count("docs/a.md", "\n" * 1000), 0)

    def test_calls_with_one_home_are_caught_elsewhere(self):
        self.assertEqual(self.count("bridge/app/main.cpp", 'std::getenv("HOME");'), 1)
        self.assertEqual(self.count("common/config/a.cpp", 'std::getenv("HOME");'), 0)
        self.assertEqual(self.count("bridge/app/main.cpp", "std::chrono::system_clock::now();"), 1)
        self.assertEqual(self.count("bridge/app/main.cpp", "// getenv( is told of here"), 0)


class Format(unittest.TestCase):
    def status_of(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".cpp") as file:
            file.write(text)
            file.flush()
            return formatting.run([*formatting.CHECK, "--style=Google"], [file.name])[0]

    def test_formatted_text_passes_and_other_text_does_not(self):
        self.assertEqual(self.status_of("int main() { return 0; }\n"), 0)
        self.assertNotEqual(self.status_of("int main()  {return 0 ;}\n"), 0)


if __name__ == "__main__":
    unittest.main()
