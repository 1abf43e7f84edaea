#include "steppe/figures/gnuplot.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

Page sample() {
    const Series measured{"w_1.txt", Style::LineAndPoints, {1, 2, 3}, {0.5, gap, 2}, {0.1, 0, 0.2}};
    const Series bound{"bound", Style::Bound, {1, 3}, {1, 3}};
    return {{{"", {"distance"}, {"entropy"}, {measured, bound}}}};
}

/// The sentence of what must not work.
template <typename Work>
std::string refusal(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

/// A variable of the environment that is put back.
class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_(name) {
        const char* old = std::getenv(name);
        had_ = old != nullptr;
        if (had_) old_ = old;
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() {
        if (had_) {
            ::setenv(name_, old_.c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
    std::string old_;
    bool had_ = false;
};

/// A program of the name gnuplot, in a folder that is the only one to look in.
void write_gnuplot(const Folder& folder, const std::string& script) {
    std::filesystem::permissions(folder.write("gnuplot", "#!/bin/sh\n" + script),
                                 std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("the script holds data, labels and names; a gap is an empty line") {
    const std::string script = gnuplot_script(sample(), PictureFormat::Svg);
    CHECK(has(script, "$panel1series1 << END\n1 0.5 0.4 0.6\n\n3 2 1.8 2.2\nEND\n"));
    CHECK(has(script, "$panel1series2 << END\n1 1\n3 3\nEND\n"));
    CHECK(has(script, "set xlabel \"distance\" noenhanced\n"));
    CHECK(has(script, "set ylabel \"entropy\" noenhanced\n"));
    CHECK(has(script, "title \"w_1.txt\" noenhanced"));
    CHECK(has(script, "set terminal svg size 720,500 "));
    CHECK(has(gnuplot_script(sample(), PictureFormat::Png), "set terminal pngcairo size 720,500 "));
    CHECK(has(gnuplot_script(sample(), PictureFormat::Pdf), "set terminal pdfcairo size 7.5in,"));
}

TEST_CASE("no two series look alike, and bounds stand beside them") {
    Page page = sample();
    for (int i = 0; i < 6; ++i) page.panels[0].series.push_back(page.panels[0].series[0]);
    const std::string script = gnuplot_script(page, PictureFormat::Svg);
    CHECK(occurrences(script, "lc rgb \"#000000\"") == 1);
    CHECK(occurrences(script, "pt 7 ") == 1);
    CHECK(occurrences(script, "lc rgb \"#c0392b\" dt (14,5) pt 4") == 1);
    CHECK(occurrences(script, "with yerrorlines") == 7);
}

TEST_CASE("axes: ranges, and logarithmic ones without what has no place there") {
    Page page = sample();
    page.panels[0].y.logarithmic = true;
    page.panels[0].y.from = 0.01;
    page.panels[0].series[0] = {"a", Style::Points, {1, 2, 3}, {0.5, 0, -1}, {1, 1, 1}};
    const std::string script = gnuplot_script(page, PictureFormat::Svg);
    CHECK(has(script, "set logscale y\nset yrange [0.01:*]\n"));
    CHECK(has(script, "unset logscale x\n"));
    CHECK(has(script, "<< END\n1 0.5 0.5 1.5\n\n\nEND\n"));
    page.panels[0].series = {{"a", Style::Points, {1}, {0}}};
    CHECK(refusal([&] { gnuplot_script(page, PictureFormat::Svg); }) ==
          "'entropy against distance' has no point to draw: all values are missing, or 0 or less "
          "on a logarithmic axis");
}

TEST_CASE("pages: panels in rows, sizes, legends") {
    Page page = sample();
    page.panels.resize(3, page.panels[0]);
    page.title = "three";
    page.panels[1].legend = Legend::TopLeft;
    page.panels[2].legend = Legend::None;
    const std::string script = gnuplot_script(page, PictureFormat::Svg);
    CHECK(has(script, "size 1120,840 "));
    CHECK(has(script, "set multiplot layout 2,2 title \"three\".\"\\n\" noenhanced\n"));
    CHECK(has(script, "set key outside below"));
    CHECK(has(script, "set key inside top left"));
    CHECK(has(script, "unset key\n"));
    page.columns = 1;
    page.width = 300;
    page.height = 900;
    const std::string other = gnuplot_script(page, PictureFormat::Svg);
    CHECK(has(other, "size 300,900 "));
    CHECK(has(other, "layout 3,1 "));
}

TEST_CASE("what cannot be drawn is refused") {
    CHECK(refusal([] { gnuplot_script({}, PictureFormat::Svg); }) ==
          "a page without panels: there is nothing to draw");
    Page page = sample();
    page.panels[0].series[0].error.pop_back();
    CHECK(refusal([&] { gnuplot_script(page, PictureFormat::Svg); }) ==
          "series 'w_1.txt' has 3 values of x, 3 of y and 2 errors: one of each a point");
    for (const std::string name : {"a.jpg", "a", "-", "svg", "a.svg.gz"}) {
        CHECK(refusal([&] { picture_format(name); }) ==
              "'" + name +
                  "' does not say what kind of picture it is: its name must end in .svg, .png or "
                  ".pdf");
    }
    CHECK(picture_format("a.PDF") == PictureFormat::Pdf);
}

TEST_CASE("each format is drawn, by the name's end; odd names are names") {
    const Folder folder;
    for (const auto& [end, begin] : {std::pair<const char*, const char*>{".svg", "<?xml"},
                                     {".png", "\x89PNG"},
                                     {".pdf", "%PDF"}}) {
        const std::string path = folder / (std::string("it's \"a\" `b`\n$c") + end);
        draw(sample(), path);
        CHECK(contents(path).starts_with(begin));
    }
    CHECK(folder.count() == 3);
}

TEST_CASE("texts are shown as they are: nothing is marked up, replaced or executed") {
    const Folder folder;
    Page page = sample();
    const std::string trap = folder / "trap";
    page.panels[0].series[0].name = "a_b^c{d} `touch " + trap + "` it's \"x\" \\n @y %d 1";
    page.panels[0].x.label = "'`touch " + trap + "`' \xce\xb1 \xff\n&<>";
    page.panels[0].title = "\"; system \"touch " + trap + "\" #";
    page.title = "END\n$(touch " + trap + ")";
    const std::string path = folder / "a.svg";
    draw(page, path);
    const std::string svg = contents(path);
    CHECK(folder.count() == 1);
    CHECK(has(svg, "a_b^c{d} `touch " + trap + "` it's"));
    CHECK(has(svg, "\\n @y %d 1"));
    CHECK(has(svg, "\xce\xb1 \xef\xbf\xbd &amp;&lt;"));
    CHECK(has(svg, "; system"));
    CHECK(has(svg, "END $(touch"));
}

TEST_CASE("settings of the user change nothing") {
    const Folder folder;
    folder.write(".gnuplot", "set xlabel 'mine'\nexit\n");
    draw(sample(), folder / "plain.svg");
    {
        const Variable home("HOME", folder / "");
        const Variable terminal("GNUTERM", "nonsense");
        draw(sample(), folder / "other.svg");
    }
    CHECK(contents(folder / "plain.svg") == contents(folder / "other.svg"));
}

TEST_CASE("without gnuplot, or where it fails, the old file stays and nothing else") {
    const Folder folder, programs;
    const std::string path = folder.write("a.svg", "old");
    {
        const Variable variable("PATH", programs / "");
        CHECK(refusal([&] { draw(sample(), path); }) ==
              "gnuplot is not installed: it draws the pictures (Debian's package gnuplot-nox)");
        write_gnuplot(
            programs,
            "echo half; printf '\\n         ^\\n\"-\" line 7: no such terminal\\n\\n' >&2; "
            "exit 1\n");
        CHECK(refusal([&] { draw(sample(), path); }) ==
              "gnuplot could not draw '" + path + "': no such terminal");
        write_gnuplot(programs, "printf '    line 0: warning: odd\\n    line 0: no pdf\\n' >&2\n");
        CHECK(refusal([&] { draw(sample(), path); }) ==
              "gnuplot could not draw '" + path + "': no pdf");
        write_gnuplot(programs, "exit 3\n");
        CHECK(refusal([&] { draw(sample(), path); }) ==
              "gnuplot could not draw '" + path + "': it does not say why");
        write_gnuplot(programs, "kill -9 $$\n");
        CHECK(refusal([&] { draw(sample(), path); }) ==
              "gnuplot crashed while it drew '" + path + "' (Killed)");
    }
    CHECK(contents(path) == "old");
    CHECK(folder.count() == 1);
    draw(sample(), path);
    CHECK(contents(path).size() > 1000);
    CHECK(!refusal([&] { draw(sample(), folder / "no/a.svg"); }).empty());
}
