#include "gateway/pages/pages.hpp"

// The assembler takes the files in as they are; a C++ array of a megabyte would cost seconds and much memory to
// compile.
#define EMBED_FILE(name, path)                                                                          \
    asm(".pushsection .rodata\n" #name "_begin:\n.incbin \"" path "\"\n" #name "_end:\n.popsection\n"); \
    extern "C" __attribute__((visibility("hidden"))) const char name##_begin[];                         \
    extern "C" __attribute__((visibility("hidden"))) const char name##_end[]
#define EMBED(name, file)                            \
    EMBED_FILE(name##_plain, ASSET_FOLDER "/" file); \
    EMBED_FILE(name##_gzip, ASSET_FOLDER "/" file ".gz")

EMBED(asset_docs_html, "docs.html");
EMBED(asset_docs_js, "docs.js");
EMBED(asset_icon, "icon.svg");
EMBED(asset_licenses, "licenses.txt");
EMBED(asset_openapi, "openapi.json");
EMBED(asset_redoc, "redoc.standalone.js");
EMBED(asset_redoc_css, "redoc.css");
EMBED(asset_redoc_html, "redoc.html");
EMBED(asset_redoc_js, "redoc.js");
EMBED(asset_swagger, "swagger-ui-bundle.js");
EMBED(asset_swagger_css, "swagger-ui.css");

#undef EMBED
#undef EMBED_FILE

#define EMBEDDED(name) between(name##_plain_begin, name##_plain_end), between(name##_gzip_begin, name##_gzip_end)

namespace gateway::pages {
namespace {

constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view script = "text/javascript; charset=utf-8";
constexpr std::string_view style = "text/css; charset=utf-8";
constexpr std::string_view text = "text/plain; charset=utf-8";

std::string_view between(const char* begin, const char* end) noexcept {
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

const std::vector<Asset>& assets() {
    static const std::vector<Asset> all{
        {"/docs", html, EMBEDDED(asset_docs_html), true, false},
        {"/docs/start.js", script, EMBEDDED(asset_docs_js)},
        {"/docs/swagger-ui-bundle.js", script, EMBEDDED(asset_swagger)},
        {"/docs/swagger-ui.css", style, EMBEDDED(asset_swagger_css)},
        {"/docs/icon.svg", "image/svg+xml", EMBEDDED(asset_icon)},
        {"/docs/licenses.txt", text, EMBEDDED(asset_licenses)},
        {"/redoc", html, EMBEDDED(asset_redoc_html), true, false},
        {"/redoc/start.js", script, EMBEDDED(asset_redoc_js)},
        {"/redoc/page.css", style, EMBEDDED(asset_redoc_css)},
        {"/redoc/redoc.standalone.js", script, EMBEDDED(asset_redoc)},
        {"/openapi.json", "application/json", EMBEDDED(asset_openapi), false, false},
    };
    return all;
}

}  // namespace gateway::pages
