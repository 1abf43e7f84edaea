#pragma once

#include <string>

namespace steppe {

/// Markdown with tables as one page of HTML that stands alone: pictures (SVG files in `folder`)
/// stand inside it (internal; not installed).
std::string html_page(const std::string& title, const std::string& markdown,
                      const std::string& folder);

}  // namespace steppe
