#pragma once

#include <string>

#include "steppe/figures/figure.hpp"

/// Pictures drawn by gnuplot, a program of its own. Series differ by shade, dashes and points, so
/// that they can be told apart in black and white. All texts are shown as they are.
namespace steppe {

enum class PictureFormat { Svg, Png, Pdf };

/// By the end of a name: .svg, .png or .pdf (case does not matter). Throws Error for others.
PictureFormat picture_format(const std::string& path);

/// What gnuplot is told; it writes the picture to its standard output. Throws Error for a page
/// without panels, for a series whose x, y and error differ in size, and for a panel without a
/// point.
std::string gnuplot_script(const Page& page, PictureFormat format);

/// Throws Error where gnuplot is not installed: asked before long work that ends in pictures.
void require_gnuplot();

/// Draws into a file, whole or not at all (data/output.hpp), in the format that its name promises.
/// Throws Error as the functions above do, where gnuplot is not installed or fails, and where the
/// file cannot be written.
void draw(const Page& page, const std::string& path);

}  // namespace steppe
