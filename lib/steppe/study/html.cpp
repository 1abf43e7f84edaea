#include "steppe/study/html.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <memory>

#include "steppe/data/file.hpp"

namespace steppe {

namespace {

constexpr const char* frame = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{}</title>
<style>
body {{ max-width: 58em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 serif; color: #222; }}
pre {{ background: #f5f5f2; padding: .7em 1em; overflow-x: auto; }}
code {{ font-size: 14px; }}
table {{ border-collapse: collapse; font-size: 14px; }}
td, th {{ border-bottom: 1px solid #ddd; padding: .25em .8em .25em 0; text-align: left; }}
img {{ max-width: 100%; }}
</style>
{}
</html>
)";

std::string rendered(const std::string& markdown) {
    cmark_gfm_core_extensions_ensure_registered();
    const std::unique_ptr<cmark_parser, void (*)(cmark_parser*)> parser(
        cmark_parser_new(CMARK_OPT_DEFAULT), cmark_parser_free);
    cmark_parser_attach_syntax_extension(parser.get(), cmark_find_syntax_extension("table"));
    cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
    const std::unique_ptr<cmark_node, void (*)(cmark_node*)> page(cmark_parser_finish(parser.get()),
                                                                  cmark_node_free);
    const std::unique_ptr<char, void (*)(void*)> html(
        cmark_render_html(page.get(), CMARK_OPT_DEFAULT,
                          cmark_parser_get_syntax_extensions(parser.get())),
        std::free);
    return html.get();
}

/// A file as the address of an image: what is neither letter nor digit as %XX.
std::string inside(const std::string& path) {
    std::string address = "data:image/svg+xml,";
    for (const char c : read_text(path)) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || c == ' ' || c == '.' || c == '-') {
            address += c;
        } else {
            address += fmt::format("%{:02X}", byte);
        }
    }
    return address;
}

}  // namespace

std::string html_page(const std::string& title, const std::string& markdown,
                      const std::string& folder) {
    std::string body = rendered(markdown);
    const std::string begin = "<img src=\"";
    for (std::size_t at = 0; (at = body.find(begin, at)) != std::string::npos;) {
        at += begin.size();
        const std::size_t end = body.find('"', at);
        const std::string address = inside(folder + "/" + body.substr(at, end - at));
        body.replace(at, end - at, address);
        at += address.size();
    }
    return fmt::format(frame, title, body);
}

}  // namespace steppe
